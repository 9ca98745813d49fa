using System.Globalization;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>
/// Reads configuration schemas. A file holds <c>settings</c> blocks; under the three lines of a block's head stands one key a line:
/// <code>
/// # Help for the key below.
/// name type[?] [= default] [constraint] importance [dynamic cluster|broker|listener] [prefix listener|mechanism]
///     [from key, …] [entity user, …] [separator ";"] [split] [internal] [runtime]
/// </code>
/// A constraint is <c>[1..]</c>, <c>[1..9] or -1</c>, <c>{a, b}</c>, <c>{a, b} any-case</c>, <c>non-empty</c>, <c>non-null</c> or
/// <c>check NAME</c>. <c>type?</c> may be absent; a key without <c>=</c> must be given. <c>max</c> is the largest value of the type.
/// A plugin's <c>plugin.yaml</c> holds the same lines without a head.
/// </summary>
public sealed class KeySchemaParser
{
    private static readonly Dictionary<string, ConfigurationScope> Scopes = new(StringComparer.Ordinal)
    {
        ["broker"] = ConfigurationScope.Broker,
        ["topic"] = ConfigurationScope.Topic,
        ["group"] = ConfigurationScope.Group,
        ["client-metrics"] = ConfigurationScope.ClientMetrics,
        ["quota"] = ConfigurationScope.Quota,
        ["plugin"] = ConfigurationScope.Plugin,
    };

    private static readonly Dictionary<string, ConfigurationType> Types = new(StringComparer.Ordinal)
    {
        ["boolean"] = ConfigurationType.Boolean,
        ["short"] = ConfigurationType.Short,
        ["int"] = ConfigurationType.Int,
        ["long"] = ConfigurationType.Long,
        ["double"] = ConfigurationType.Double,
        ["string"] = ConfigurationType.String,
        ["list"] = ConfigurationType.List,
        ["class"] = ConfigurationType.Class,
        ["password"] = ConfigurationType.Password,
    };

    private readonly string file;
    private readonly List<KeySchemaError> errors = [];
    private readonly List<string> comments = [];
    private readonly List<KeySchemaBlock> blocks = [];
    private readonly List<(ConfigurationKey Key, int Line)> keys = [];
    private KeySchemaBlock? head;

    private KeySchemaParser(string file) => this.file = file;

    /// <summary>Reads a schema file.</summary>
    /// <param name="text">Its text.</param>
    /// <param name="file">Its name, for errors.</param>
    /// <param name="errors">What is wrong with it.</param>
    /// <returns>The blocks that could be read.</returns>
    public static IReadOnlyList<KeySchemaBlock> Parse(string text, string file, out IReadOnlyList<KeySchemaError> errors)
    {
        var parser = new KeySchemaParser(file);
        parser.ReadLines(text);
        parser.CloseBlock();
        errors = parser.errors;
        return parser.blocks;
    }

    /// <summary>Reads the keys of a plugin, which stand in its <c>plugin.yaml</c> as lines without a block's head.</summary>
    /// <param name="text">The lines.</param>
    /// <param name="plugin">Id of the plugin.</param>
    /// <param name="errors">What is wrong.</param>
    public static IReadOnlyList<ConfigurationKey> ParsePlugin(string text, string plugin, out IReadOnlyList<KeySchemaError> errors)
    {
        var parser = new KeySchemaParser(plugin)
        {
            head = new() { Name = plugin, Module = plugin, Scope = ConfigurationScope.Plugin, File = plugin },
        };
        parser.ReadLines(text);
        parser.CloseBlock();
        errors = parser.errors;
        return [.. parser.blocks.SelectMany(block => block.Keys).Select(entry => entry.Key)];
    }

    private void ReadLines(string text)
    {
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r', ' ', '\t');
            var start = line.TrimStart();
            if (start.Length == 0)
            {
                comments.Clear();
            }
            else if (start[0] == '#')
            {
                comments.Add(start[1..].Trim());
            }
            else
            {
                ReadLine(line, number);
            }
        }
    }

    private void ReadLine(string line, int number)
    {
        try
        {
            var cursor = new KeySchemaCursor(KeySchemaLexer.Split(line));
            if (cursor.Current is { Kind: KeySchemaTokenKind.Word, Text: "settings", Column: 1 })
            {
                CloseBlock();
                cursor.Next();
                head = new() { Name = cursor.Word("a name"), Module = "", Scope = ConfigurationScope.Broker, Title = string.Join(' ', comments), File = file };
                comments.Clear();
                cursor.ExpectEnd();
            }
            else if (head is null)
            {
                throw cursor.Error("a key needs a 'settings' block before it");
            }
            else if (char.IsWhiteSpace(line[0]) && head.Scope != ConfigurationScope.Plugin && keys.Count == 0)
            {
                ReadHead(cursor);
            }
            else
            {
                keys.Add((ReadKey(cursor), number));
                comments.Clear();
            }
        }
        catch (FormatException exception)
        {
            var colon = exception.Message.IndexOf(':', StringComparison.Ordinal);
            var column = int.Parse(exception.Message.AsSpan(0, colon), CultureInfo.InvariantCulture);
            errors.Add(new(file, number, column, exception.Message[(colon + 1)..]));
            comments.Clear();
        }
    }

    private void ReadHead(KeySchemaCursor cursor)
    {
        var word = cursor.Word("module, scope or own");
        head = word switch
        {
            "module" => head! with { Module = cursor.Word("a module") },
            "scope" => head! with
            {
                Scope = Scopes.TryGetValue(cursor.Word("a scope"), out var scope) ? scope : throw cursor.ErrorBefore($"a scope is one of {string.Join(", ", Scopes.Keys)}"),
            },
            "own" => head! with { IsOwn = true },
            _ => throw cursor.ErrorBefore("expected module, scope or own"),
        };
        cursor.ExpectEnd();
    }

    private void CloseBlock()
    {
        if (head is not null)
        {
            blocks.Add(head with { Keys = [.. keys] });
        }

        head = null;
        keys.Clear();
    }

    private ConfigurationKey ReadKey(KeySchemaCursor cursor)
    {
        var name = cursor.Word("a key");
        var typeWord = cursor.Word("a type");
        var nullable = typeWord.EndsWith('?');
        if (!Types.TryGetValue(typeWord.TrimEnd('?'), out var type))
        {
            throw cursor.ErrorBefore("a type is one of boolean, short, int, long, double, string, list, class, password");
        }

        var key = new ConfigurationKey
        {
            Name = name,
            Type = type,
            IsNullable = nullable,
            Scope = head!.Scope,
            Module = head.Module,
            Settings = head.Name,
            Help = string.Join(' ', comments),
            IsRequired = true,
        };
        if (cursor.Take("="))
        {
            key = key with { IsRequired = false, Default = ReadDefault(cursor, type, nullable) };
        }

        return KeySchemaAttributes.Read(cursor, key);
    }

    private static string? ReadDefault(KeySchemaCursor cursor, ConfigurationType type, bool nullable)
    {
        if (cursor.Take("["))
        {
            if (type != ConfigurationType.List)
            {
                throw cursor.ErrorBefore("only a list has a list as its default");
            }

            return string.Join(",", cursor.Items("]"));
        }

        var quoted = cursor.Current.Kind == KeySchemaTokenKind.Quoted;
        var text = cursor.WordOrQuoted("a default");
        if (!quoted && text == "null")
        {
            return nullable ? null : throw cursor.ErrorBefore("null needs a type with a question mark");
        }

        return quoted || text != "max" ? text : type switch
        {
            ConfigurationType.Short => "32767",
            ConfigurationType.Int => "2147483647",
            ConfigurationType.Long => "9223372036854775807",
            ConfigurationType.Double => "1.7976931348623157E308",
            _ => text,
        };
    }
}
