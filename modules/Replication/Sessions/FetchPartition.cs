using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Replication.Sessions;

/// <summary>
/// What a fetcher asks of one partition. In a session it is kept from request to request, with what the last reply said, so that only what changed is
/// said again (KIP-227). One request of a session at a time uses it.
/// </summary>
public sealed class FetchPartition
{
    /// <summary>The topic's id, or zero where the fetcher names topics.</summary>
    public required Uuid TopicId { get; init; }

    /// <summary>The topic's name, or null where the id is not known (yet).</summary>
    public required string? Topic { get; set; }

    /// <summary>The partition's index.</summary>
    public required int Index { get; init; }

    /// <summary>The leader epoch that the fetcher believes in, -1 for none.</summary>
    public int CurrentLeaderEpoch { get; set; } = -1;

    /// <summary>The first offset wanted.</summary>
    public long FetchOffset { get; set; }

    /// <summary>The epoch of the last record that the fetcher has, -1 for none (KIP-595).</summary>
    public int LastFetchedEpoch { get; set; } = -1;

    /// <summary>The start of a follower's log, -1 for a consumer.</summary>
    public long LogStartOffset { get; set; } = -1;

    /// <summary>The most bytes wanted of this partition.</summary>
    public int MaxBytes { get; set; }

    /// <summary>Whether the fetcher may not read it; decided anew for each request.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The high watermark that the last reply named, -1 before the first.</summary>
    public long SentHighWatermark { get; set; } = -1;

    /// <summary>The log start offset that the last reply named, -1 before the first.</summary>
    public long SentLogStartOffset { get; set; } = -1;

    /// <summary>Whether the last reply had an error for it; it is said again until it is gone.</summary>
    public bool SentError { get; set; }

    /// <summary>Takes what a later request of the session says.</summary>
    public void Update(FetchPartition newer)
    {
        Topic = newer.Topic ?? Topic;
        CurrentLeaderEpoch = newer.CurrentLeaderEpoch;
        FetchOffset = newer.FetchOffset;
        LastFetchedEpoch = newer.LastFetchedEpoch;
        LogStartOffset = newer.LogStartOffset;
        MaxBytes = newer.MaxBytes;
    }
}
