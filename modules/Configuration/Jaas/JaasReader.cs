namespace Kafka.Modular.Configuration.Jaas;

/// <summary>
/// Reads JAAS login configurations: the value of <c>sasl.jaas.config</c> (KIP-85), which is <c>module control option=value …;</c>, and
/// files, which hold such entries under names.
/// </summary>
public sealed class JaasReader
{
    private readonly JaasLexer lexer;

    private JaasReader(string text) => lexer = new JaasLexer(text);

    /// <summary>Reads a value of <c>sasl.jaas.config</c>: one or more entries.</summary>
    /// <param name="text">The value.</param>
    /// <param name="problem">What is wrong, without any option's value; null if nothing.</param>
    public static IReadOnlyList<JaasModule> ReadValue(string text, out string? problem)
    {
        try
        {
            var reader = new JaasReader(text);
            var modules = new List<JaasModule>();
            while (!reader.lexer.Current.IsEnd)
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
        var sections = new Dictionary<string, IReadOnlyList<JaasModule>>(StringComparer.Ordinal);
        try
        {
            var reader = new JaasReader(text);
            while (!reader.lexer.Current.IsEnd)
            {
                var name = reader.Word("the name of a section");
                reader.Expect('{');
                var modules = new List<JaasModule>();
                while (!reader.lexer.Current.IsEnd && !reader.lexer.Current.Is('}'))
                {
                    modules.Add(reader.ReadModule());
                }

                reader.Expect('}');
                reader.Expect(';');
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
        var line = lexer.Line;
        var name = Word("a login module");
        var control = lexer.Current.Text.ToLowerInvariant();
        if (lexer.Current.IsSymbol || control is not ("required" or "requisite" or "sufficient" or "optional"))
        {
            // Its name is not repeated: where quotes are missing it may be part of a password.
            throw new FormatException($"after the login module on line {line} of the login configuration one of required, requisite, sufficient and optional is expected");
        }

        lexer.Advance();
        var options = new List<KeyValuePair<string, string>>();
        while (!lexer.Current.IsEnd && !lexer.Current.Is(';'))
        {
            var option = Word("an option");
            Expect('=');
            options.Add(new(option, Word("a value")));
        }

        Expect(';');
        return new(name, control, options);
    }

    private string Word(string expected)
    {
        if (lexer.Current.IsEnd || lexer.Current.IsSymbol)
        {
            throw new FormatException($"{expected} is missing on line {lexer.Line} of the login configuration");
        }

        var word = lexer.Current.Text;
        lexer.Advance();
        return word;
    }

    private void Expect(char symbol)
    {
        if (!lexer.Current.Is(symbol))
        {
            throw new FormatException($"'{symbol}' is missing on line {lexer.Line} of the login configuration");
        }

        lexer.Advance();
    }
}
