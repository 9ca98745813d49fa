using System.Globalization;
using System.Text;
using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Jaas;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Import;

/// <summary>Writes the YAML file of <c>config import</c> from a properties file and a JAAS file.</summary>
public static class YamlWriter
{
    private static readonly Dictionary<string, string> Mechanisms = new(StringComparer.Ordinal)
    {
        ["org.apache.kafka.common.security.plain.PlainLoginModule"] = "plain",
        ["org.apache.kafka.common.security.scram.ScramLoginModule"] = "scram-sha-512",
        ["org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"] = "oauthbearer",
        ["com.sun.security.auth.module.Krb5LoginModule"] = "gssapi",
    };

    /// <summary>Writes the file: keys under the settings they belong to, those that are gone or unknown as comments that say so.</summary>
    /// <param name="source">What the properties file holds.</param>
    /// <param name="jaas">Text of a JAAS file, or null.</param>
    /// <param name="problem">What is wrong with the JAAS file; null if nothing.</param>
    public static string Write(ConfigurationSource source, string? jaas, out string? problem)
    {
        problem = null;
        var entries = source.Entries.ToList();
        if (jaas is not null)
        {
            entries.AddRange(ReadJaas(source, jaas, out problem));
        }

        var text = new StringBuilder();
        foreach (var group in entries.GroupBy(entry => Find(entry.Name)?.Settings ?? "").OrderBy(group => group.Key.Length == 0).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n");
            foreach (var entry in group)
            {
                WriteEntry(text, entry);
            }
        }

        return text.ToString();
    }

    private static void WriteEntry(StringBuilder text, ConfigurationEntry entry)
    {
        if (RemovedKeys.Replacement(entry.Name) is { } replacement)
        {
            text.Append("# ").Append(entry.Name).Append(" is gone: ").Append(replacement).Append('\n');
            return;
        }

        var key = Find(entry.Name);
        if (key is null && !IsOpen(entry.Name))
        {
            // The value may be a secret that was written under a wrong name.
            text.Append("# not a known key: ").Append(entry.Name).Append('\n');
            return;
        }

        text.Append(Scalar(entry.Name)).Append(": ");
        if (key?.Type == ConfigurationType.List)
        {
            text.Append('[').AppendJoin(", ", ConfigurationValues.SplitList(entry.Text ?? "").Select(Scalar)).Append(']');
        }
        else
        {
            text.Append(Scalar(entry.Text ?? ""));
        }

        text.Append('\n');
    }

    private static ConfigurationKey? Find(string name) => ConfigurationCatalog.Find(ConfigurationScope.Broker, name) ?? ListenerKeyName.Parse(name)?.Key;

    // Keys of the authorizer and those that are handed on are known only once plugins are chosen.
    private static bool IsOpen(string name) => name is "super.users" or "allow.everyone.if.no.acl.found" || KeyNames.PassedThrough(name, ["rsm.config.", "rlmm.config."]) is not null;

    private static List<ConfigurationEntry> ReadJaas(ConfigurationSource source, string jaas, out string? problem)
    {
        var entries = new List<ConfigurationEntry>();
        var sections = JaasReader.ReadFile(jaas, out problem);
        var listeners = ConfigurationValues.SplitList(source.Entries.FirstOrDefault(entry => entry.Name == BrokerKeys.Listeners.Name)?.Text ?? BrokerKeys.Listeners.Default!)
            .Select(listener => listener.Split(':')[0].ToLowerInvariant()).ToList();
        var enabled = ConfigurationValues.SplitList(source.Entries.FirstOrDefault(entry => entry.Name == BrokerKeys.SaslEnabledMechanisms.Name)?.Text ?? "")
            .Select(mechanism => mechanism.ToLowerInvariant()).ToList();
        foreach (var (section, modules) in sections)
        {
            var only = section.EndsWith(".KafkaServer", StringComparison.Ordinal) ? section[..^".KafkaServer".Length].ToLowerInvariant() : null;
            if (only is null && section != "KafkaServer")
            {
                continue;
            }

            foreach (var module in modules)
            {
                foreach (var listener in only is null ? listeners : [only])
                {
                    var name = $"{ListenerKeyName.Start}{listener}.{Mechanism(module, enabled)}.{BrokerKeys.SaslJaasConfig}";
                    entries.Add(new(name, Format(module), null, default));
                }
            }
        }

        return entries;
    }

    private static string Mechanism(JaasModule module, List<string> enabled)
    {
        var mechanism = Mechanisms.GetValueOrDefault(module.Name, "plain");
        return mechanism.StartsWith("scram", StringComparison.Ordinal) ? enabled.Find(name => name.StartsWith("scram", StringComparison.Ordinal)) ?? mechanism : mechanism;
    }

    private static string Format(JaasModule module)
    {
        var text = new StringBuilder(module.Name).Append(' ').Append(module.Control);
        foreach (var (name, value) in module.Options)
        {
            var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $" {name}=\"{escaped}\"");
        }

        return text.Append(';').ToString();
    }

    // Plain where YAML reads it back as the same text, else in double quotes.
    private static string Scalar(string text)
    {
        var plain = text.Length > 0 && char.IsAsciiLetterOrDigit(text[0])
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or '@' or '*' or '$' || c == ':')
            && !text.EndsWith(':') && text is not ("null" or "Null" or "NULL");
        return plain ? text : $"\"{Escape(text)}\"";
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => escaped.Append('\\').Append(c),
                '\n' => escaped.Append("\\n"),
                '\t' => escaped.Append("\\t"),
                '\r' => escaped.Append("\\r"),
                < ' ' or '\u007F' or '\u0085' or '\u2028' or '\u2029' or '\uFEFF' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }
}
