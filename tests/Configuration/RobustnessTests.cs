using System.Text;
using CsCheck;
using Kafka.Modular.Configuration.Jaas;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>No text makes a reader throw, hang or invent values.</summary>
public sealed class RobustnessTests
{
    private static readonly string[] Pieces =
    [
        "a", "log.dirs", ":", ": ", "=", "\n", "\n  ", "- ", "[", "]", "{", "}", ",", "\"", "'", "#", "&x", "*x", "<<", "|", ">", "%", "@", "`", "!", "!!str ", "?", "? ",
        "---", "...", "\t", "\\", "\\u12", "\r", "\r\n", "\0", "\uFEFF", "\uD800", "\u2028", "~", "null", "1e999", "-", "${env:", "${file:/x:", "}", ";", "settings A\n", "int? ", "..", "node.id",
        "listener.name.", "required ", "//", "/*", "*/",
    ];

    private static readonly Gen<string> Texts = Gen.Frequency(
        (4, One(Pieces).Array[0, 40].Select(pieces => string.Concat(pieces))),
        (1, Gen.String),
        (1, Gen.Byte.Array[0, 100].Select(bytes => Encoding.Latin1.GetString(bytes))));

    [Test]
    public void Any_text_as_yaml_gives_entries_or_problems() =>
        Texts.Sample(text =>
        {
            var source = YamlReader.Read(text, "f.yaml");
            return source.Entries.All(entry => entry.Name.Length > 0 && entry.Origin.Line > 0) && source.Problems.All(problem => problem.Message.Length > 0);
        }, iter: 4_000);

    [Test]
    public void Any_text_as_properties_gives_entries_or_problems() =>
        Texts.Sample(text =>
        {
            var source = PropertiesReader.Read(text, "f.properties");
            return source.Entries.All(entry => entry.Name.Length > 0 && entry.Origin.Line > 0);
        }, iter: 4_000);

    [Test]
    public void Any_text_as_a_configuration_gives_one_or_problems() =>
        Texts.Sample(text =>
        {
            var result = NodeConfiguration.Load([BuiltInConfiguration.Source, YamlReader.Read(text, "f.yaml")], null, new(_ => null, _ => throw new FileNotFoundException()));
            return result.Configuration is null == (result.Problems.Count > 0);
        }, iter: 4_000);

    [Test]
    public void Any_text_as_a_value_of_any_key_is_read_or_refused() =>
        Gen.Select(One(BrokerKeys.All.ToList()), Texts).Sample((key, text) =>
        {
            var reason = ConfigurationValues.TryRead(key, text, out var value);

            // What was read is written in a form that reads to the same again.
            return reason is not null || key.IsSensitive
                || (ConfigurationValues.TryRead(key, ConfigurationValues.Format(value), out var again) is null && ConfigurationValues.AreEqual(value, again));
        }, iter: 4_000);

    [Test]
    public void Any_text_as_a_listener_a_login_or_a_schema_is_read_or_refused() =>
        Texts.Sample(text =>
        {
            _ = ListenerEndPoint.TrySplit(text, out _, out _, out _);
            _ = JaasReader.ReadValue(text, out _);
            _ = JaasReader.ReadFile(text, out _);
            _ = KeySchemaParser.Parse(text, "f", out _);
            _ = ListenerKeyName.Parse("listener.name." + text);
            _ = Iso8601Duration.TryParse(text, out _);
        }, iter: 4_000);

    [Test]
    public void A_name_survives_the_way_to_an_environment_variable_and_back() =>
        One(BrokerKeys.All.Select(key => key.Name).ToList()).Sample(name => EnvironmentReader.NameOf(EnvironmentReader.VariableOf(name)) == name);

    // Written the way java.util.Properties.store does.
    [Test]
    public void Properties_that_were_escaped_read_back_to_the_same() =>
        Gen.Select(Gen.String[1, 20], Gen.String).Sample((key, value) =>
        {
            var entry = PropertiesReader.Read($"{Escape(key, true)}={Escape(value, false)}", "f").Entries.Single();
            return entry.Name == key && entry.Text == value;
        }, iter: 4_000);

    // A flat mapping and a nested one mean the same.
    [Test]
    public void Yaml_may_nest_a_key_at_any_of_its_dots() =>
        Gen.Select(One(BrokerKeys.All.Select(key => key.Name).ToList()), Gen.ULong).Sample((name, cuts) =>
        {
            var parts = new List<string> { "" };
            var dots = 0;
            foreach (var c in name)
            {
                if (c == '.' && (cuts >> dots++ & 1) == 1)
                {
                    parts.Add("");
                }
                else
                {
                    parts[^1] += c;
                }
            }

            var yaml = string.Concat(parts.Select((part, depth) => new string(' ', depth * 2) + part + ":" + (depth == parts.Count - 1 ? " x\n" : "\n")));
            return YamlReader.Read(yaml, "f").Entries.Single() is { Text: "x" } entry && entry.Name == name && entry.Origin.Line == parts.Count;
        });

    private static Gen<T> One<T>(IReadOnlyList<T> values) => Gen.Int[0, values.Count - 1].Select(index => values[index]);

    private static string Escape(string text, bool isKey)
    {
        var escaped = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == ' ' && (isKey || i == 0) || c is '\\' or '=' or ':' or '#' or '!')
            {
                escaped.Append('\\').Append(c);
            }
            else if (c is < ' ' or > '~')
            {
                escaped.Append($"\\u{(int)c:x4}");
            }
            else
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }
}
