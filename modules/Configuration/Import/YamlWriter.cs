using System.Globalization;
using System.Text;
using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Import;

/// <summary>Writes the YAML file of <c>config import</c> from a properties file and a JAAS file.</summary>
public static class YamlWriter
{
    private const string CredentialPathKey = "credentials.file.path";

    /// <summary>
    /// Makes the file: keys under the settings they belong to, those that are gone or unknown as comments that say so. Users of PLAIN go into a credential file.
    /// </summary>
    /// <param name="source">What the properties file holds.</param>
    /// <param name="jaas">Text of a JAAS file, or null.</param>
    /// <param name="credentials">The credential file that the caller writes where there are users for it.</param>
    public static ImportedConfiguration Import(ConfigurationSource source, string? jaas, string credentials)
    {
        var logins = new LoginImport(source);
        var problem = logins.Read(jaas);
        IReadOnlyList<string> missing = [.. logins.Missing()];
        logins.TakeUsers(credentials);
        var entries = logins.Entries().ToList();
        if (logins.Users.Count > 0)
        {
            entries.Add(new("plugins.credentials", null, ["file"], default));
            entries.Add(new(CredentialPathKey, credentials, null, default));
        }

        var text = new StringBuilder();
        foreach (var note in logins.Notes)
            text.Append("# ").Append(note).Append('\n');
        foreach (var group in entries.GroupBy(entry => Find(entry.Name)?.Settings ?? "").OrderBy(group => group.Key.Length == 0).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            text.Append(text.Length == 0 ? "" : "\n");
            foreach (var entry in group)
            {
                WriteEntry(text, entry);
            }
        }

        return new(text.ToString(), logins.Users, missing, problem);
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
            text.Append('[').AppendJoin(", ", ConfigurationValues.SplitList(entry.Text ?? string.Join(',', entry.Items ?? [])).Select(Scalar)).Append(']');
        }
        else
        {
            text.Append(Scalar(entry.Text ?? ""));
        }

        text.Append('\n');
    }

    private static ConfigurationKey? Find(string name) => ConfigurationCatalog.Find(ConfigurationScope.Broker, name) ?? ListenerKeyName.Parse(name)?.Key;

    // Keys of the authorizer and those that are handed on are known only once plugins are chosen.
    private static bool IsOpen(string name) => name is "super.users" or "allow.everyone.if.no.acl.found" or CredentialPathKey || KeyNames.PassedThrough(name, ["rsm.config.", "rlmm.config."]) is not null;

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
