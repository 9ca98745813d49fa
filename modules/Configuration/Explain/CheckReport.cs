using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Explain;

/// <summary>What <c>config check</c> says.</summary>
/// <param name="IsValid">Whether a server would start with it.</param>
/// <param name="Lines">One line for each problem and each warning, then a summary.</param>
public sealed record CheckReport(bool IsValid, IReadOnlyList<string> Lines)
{
    /// <summary>Makes the report of what was read.</summary>
    public static CheckReport Of(ConfigurationResult result)
    {
        if (result.Configuration is not { } configuration)
        {
            var problems = result.Problems.Count;
            return new(false, [.. result.Problems.Select(problem => problem.ToString()), $"{problems} {(problems == 1 ? "problem" : "problems")}"]);
        }

        var node = configuration.Settings<NodeSettings>();
        var summary = $"valid: node {node.NodeId}, {string.Join(" and ", node.ProcessRoles)}, {string.Join(", ", configuration.Listeners.All)}";
        return new(true, [.. configuration.Warnings.Select(warning => $"warning: {warning}"), summary]);
    }
}
