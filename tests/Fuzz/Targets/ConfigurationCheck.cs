using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>What must hold of a source, whatever it was read from.</summary>
internal static class ConfigurationCheck
{
    private static readonly ReferenceResolver s_references = new(_ => null, path => throw new FileNotFoundException(path));

    /// <summary>Fails unless each entry and each problem has a place, and no key is there twice.</summary>
    public static void Check(ConfigurationSource source)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in source.Entries)
        {
            if (entry.Name.Length == 0 || entry.Origin.Line <= 0 || !seen.Add(entry.Name))
            {
                throw new InvalidOperationException($"The entry '{entry.Name}' of line {entry.Origin.Line} is empty, has no place, or is there twice.");
            }
        }

        foreach (var problem in source.Problems)
        {
            if (problem.Message.Length == 0 || problem.Origin.Line < 0)
            {
                throw new InvalidOperationException($"A problem without a place: {problem}");
            }
        }
    }

    /// <summary>Loads it as the configuration of a node, which ends with a configuration or with problems.</summary>
    public static void Load(ConfigurationSource source)
    {
        var result = NodeConfiguration.Load([source], null, s_references);
        foreach (var problem in result.Problems)
        {
            _ = problem.ToString();
        }
    }
}
