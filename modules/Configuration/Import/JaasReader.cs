using System.Text;

namespace Kafka.Modular.Configuration.Import;

/// <summary>
/// Reads JAAS login configurations: the value of <c>sasl.jaas.config</c> (KIP-85), which is <c>module control option=value …;</c>, and
/// files, which hold such entries under names.
/// </summary>
public sealed class JaasReader
{
    private readonly string text;
    private int at;

    private JaasReader(string text) => this.text = text;

    /// <summary>Reads a value of <c>sasl.jaas.config</c>: one or more entries.</summary>
    /// <param name="text">The value.</param>
    /// <param name="problem">What is wrong, without any option's value; null if nothing.</param>
    public static IReadOnlyList<JaasModule> ReadValue(string text, out string? problem)
    {
        var reader = new JaasReader(text);
        try
        {
            var modules = new List<JaasModule>();
            while (reader.Peek().Length > 0)
            {
                modules.Add(reader.ReadModule());
            }

            problem = modules.Count == 0 ? "there is no login module" : null;
            return modules;
        }
        catch (FormatException exception)
        {
            problem = exception.Message;
            return [];
        }
    }

    /// <summary>Reads a file: entries under names such as <c>KafkaServer</c> or <c>internal.KafkaServer</c>.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="problem">What is wrong, without any option's value; null if nothing.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<JaasModule>> ReadFile(string text, out string? problem)
    {
        var reader = new JaasReader(text);
        var sections = new Dictionary<string, IReadOnlyList<JaasModule>>(StringComparer.Ordinal);
        try
        {
            while (reader.Peek().Length > 0)
            {
                var name = reader.Next();
                reader.Expect("{");
                var modules = new List<JaasModule>();
                while (reader.Peek() is not ("}" or ""))
                {
                    modules.Add(reader.ReadModule());
                }

                reader.Expect("}");
                reader.Expect(";");
                sections[name] = modules;
            }

            problem = null;
        }
        catch (FormatException exception)
        {
            problem = exception.Message;
        }

        return sections;
    }

    private JaasModule ReadModule()
    {
        var name = Next();
        var control = Next();
        if (control.ToLowerInvariant() is not ("required" or "requisite" or "sufficient" or "optional"))
        {
            throw new FormatException($"after login module {name} one of required, requisite, sufficient and optional is expected");
        }

        var options = new List<KeyValuePair<string, string>>();
        while (Peek() is not (";" or ""))
        {
            var option = Next();
            Expect("=");
            options.Add(new(option, Next()));
        }

        Expect(";");
        return new(name, control.ToLowerInvariant(), options);
    }

    private void Expect(string symbol)
    {
        if (Peek() != symbol)
        {
            throw new FormatException($"'{symbol}' is missing on line {text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1} of the login configuration");
        }

        Next();
    }

    private string Peek()
    {
        var before = at;
        var token = Next();
        at = before;
        return token;
    }

    private string Next()
    {
        SkipSpaceAndComments();
        if (at >= text.Length)
        {
            return "";
        }

        if (text[at] is '"' or '\'')
        {
            return Quoted(text[at]);
        }

        if (text[at] is ';' or '=' or '{' or '}')
        {
            return text[at++].ToString();
        }

        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (';' or '=' or '{' or '}' or '"'))
        {
            at++;
        }

        return text[start..at];
    }

    private string Quoted(char quote)
    {
        var value = new StringBuilder();
        at++;
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at++]);
        }

        if (at >= text.Length)
        {
            throw new FormatException("a quoted value of the login configuration does not end");
        }

        at++;
        return value.ToString();
    }

    private void SkipSpaceAndComments()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] == '#' || text.AsSpan(at).StartsWith("//", StringComparison.Ordinal))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (text.AsSpan(at).StartsWith("/*", StringComparison.Ordinal))
            {
                var end = text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? text.Length : end + 2;
            }
            else
            {
                return;
            }
        }
    }
}
