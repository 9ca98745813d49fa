namespace Kafka.Modular.Server.Plugins;

/// <summary>What came of something that an operator asked a running server for.</summary>
/// <param name="IsDone">Whether it was done; if not, nothing was changed.</param>
/// <param name="Lines">What was done, or why not; nothing secret.</param>
public sealed record PluginReport(bool IsDone, IReadOnlyList<string> Lines);
