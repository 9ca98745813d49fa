using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Security;

/// <summary>Tables in the operators' pages that are made of what is tested. Run with KAFKA_MODULAR_WRITE_DOCS=1, a test writes its table instead of comparing it.</summary>
internal static class DocumentedTable
{
    private const string End = "<!-- end -->";

    /// <summary>Fails when the page does not have the table, between the comment that names it and the one that ends it.</summary>
    public static void Check(string page, string name, string table)
    {
        string path = Path.Combine(BuildOutput.Repository, "ops", "docs", page);
        string text = File.ReadAllText(path);
        int start = text.IndexOf($"<!-- {name}:", StringComparison.Ordinal);
        Assert.That(start, Is.Not.Negative, $"{page} has no table of the name '{name}'.");
        start = text.IndexOf('\n', start) + 1;
        int end = text.IndexOf(End, start, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, text[..start] + table + text[end..]);
            return;
        }

        Assert.That(text[start..end], Is.EqualTo(table), $"{page} says something else than the tests do; KAFKA_MODULAR_WRITE_DOCS=1 writes it.");
    }
}
