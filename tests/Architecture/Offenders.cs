namespace Kafka.Modular.Architecture;

/// <summary>Fails a test with the names of everything that breaks its rule.</summary>
internal static class Offenders
{
    /// <summary>Fails when there is an offender, and names each on a line of its own.</summary>
    public static void None(IEnumerable<string> offenders, string rule)
    {
        string[] found = [.. offenders.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (found.Length > 0)
        {
            Assert.Fail(string.Join('\n', found.Select(offender => $"{offender} {rule}")));
        }
    }
}
