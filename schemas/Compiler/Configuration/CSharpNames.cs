using System.Globalization;
using System.Text;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>C# names and literals for configuration keys.</summary>
internal static class CSharpNames
{
    /// <summary><c>socket.request.max.bytes</c> becomes <c>SocketRequestMaxBytes</c>, <c>SCRAM-SHA-512</c> becomes <c>ScramSha512</c>.</summary>
    public static string Property(string key)
    {
        var name = new StringBuilder(key.Length);
        foreach (var part in key.Split('.', '_', '-'))
        {
            var lower = part.All(char.IsUpper) ? part.ToLowerInvariant() : part;
            name.Append(char.ToUpperInvariant(lower[0])).Append(lower, 1, lower.Length - 1);
        }

        return name.ToString();
    }

    /// <summary>A string literal, or null.</summary>
    public static string Literal(string? text) =>
        text is null ? "null" : "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    /// <summary>A list literal of strings.</summary>
    public static string Literal(IEnumerable<string> items) => "[" + string.Join(", ", items.Select(Literal)) + "]";

    /// <summary>A double literal.</summary>
    public static string Literal(double? number) => number switch
    {
        null => "null",
        double.MaxValue => "double.MaxValue",
        { } value => value.ToString("R", CultureInfo.InvariantCulture) + "d",
    };

    /// <summary>Text for an XML comment.</summary>
    public static string Xml(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
