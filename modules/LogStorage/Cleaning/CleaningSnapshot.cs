using Kafka.Modular.LogStorage.Segments;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>A log's segments at one moment. None but the last changes, unless the log is truncated.</summary>
/// <param name="Segments">The segments in order.</param>
/// <param name="Facts">What is to be decided by.</param>
/// <param name="Truncations">How often the log was truncated.</param>
internal sealed record CleaningSnapshot(IReadOnlyList<LogSegment> Segments, LogFacts Facts, int Truncations);
