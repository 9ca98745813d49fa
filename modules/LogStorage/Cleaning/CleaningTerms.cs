namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>What decides over the records of a cleaning, the same from its begin to its end.</summary>
/// <param name="Now">When the cleaning began, in ms since the epoch.</param>
/// <param name="DeleteRetentionMs">How long tombstones and markers stay readable (<c>delete.retention.ms</c>).</param>
/// <param name="UpperBoundOffset">Where the part that may be cleaned ends; the batch that ends there stays, so that its last offset is not lost.</param>
internal readonly record struct CleaningTerms(long Now, long DeleteRetentionMs, long UpperBoundOffset);
