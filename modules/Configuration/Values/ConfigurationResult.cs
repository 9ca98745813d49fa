using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Outcome of reading a node's configuration.</summary>
/// <param name="Configuration">The configuration; null if there are problems.</param>
/// <param name="Problems">Everything that is wrong, in the order of the sources.</param>
public readonly record struct ConfigurationResult(NodeConfiguration? Configuration, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>The configuration, where the caller knows that it is valid.</summary>
    /// <exception cref="ConfigurationException">There are problems.</exception>
    public NodeConfiguration Required => Configuration ?? throw new ConfigurationException(Problems);
}

/// <summary>A configuration that cannot be used. Its message holds one line for each problem.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join('\n', problems))
{
    /// <summary>The problems.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
