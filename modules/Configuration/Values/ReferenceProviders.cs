using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>The providers of references that <c>config.providers</c> names (KIP-297, KIP-421): Apache's own, under any name.</summary>
internal sealed class ReferenceProviders
{
    private const string Prefix = "config.providers.";
    private const string Suffix = ".class";

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["org.apache.kafka.common.config.provider.FileConfigProvider"] = "file",
        ["org.apache.kafka.common.config.provider.DirectoryConfigProvider"] = "directory",
        ["org.apache.kafka.common.config.provider.EnvVarConfigProvider"] = "env",
    };

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    /// <summary>For each name that was given the provider it stands for: file, directory or env.</summary>
    public IReadOnlyDictionary<string, string> Names => names;

    /// <summary>Reads the providers and returns what is wrong with them. A later source wins over an earlier one.</summary>
    public List<ConfigurationProblem> Read(IReadOnlyList<ConfigurationSource> sources)
    {
        var problems = new List<ConfigurationProblem>();
        foreach (var entry in sources.SelectMany(source => source.Entries))
        {
            if (!entry.Name.StartsWith(Prefix, StringComparison.Ordinal) || !entry.Name.EndsWith(Suffix, StringComparison.Ordinal)
                || entry.Name.Length <= Prefix.Length + Suffix.Length)
            {
                continue;
            }

            if (Classes.TryGetValue(entry.Text?.Trim() ?? "", out var provider))
            {
                names[entry.Name[Prefix.Length..^Suffix.Length]] = provider;
            }
            else
            {
                problems.Add(new(entry.Origin, entry.Name, $"'{entry.Text}' is not known here", "known are Apache's FileConfigProvider, DirectoryConfigProvider and EnvVarConfigProvider"));
            }
        }

        foreach (var entry in sources.SelectMany(source => source.Entries).Where(entry => entry.Name == BrokerKeys.ConfigProviders.Name))
        {
            foreach (var name in entry.Items ?? ConfigurationValues.SplitList(entry.Text ?? ""))
            {
                if (!names.ContainsKey(name) && !Classes.ContainsValue(name) && problems.Count == 0)
                {
                    problems.Add(new(entry.Origin, entry.Name, $"provider '{name}' has no class", $"set {Prefix}{name}{Suffix}"));
                }
            }
        }

        return problems;
    }
}
