using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Voters;

/// <summary>
/// What the control records of the log say: the voter set and <c>kraft.version</c> at each offset (KIP-853). A record counts as soon as it is in the
/// log, committed or not, and no longer once it is truncated. Raft loop only.
/// </summary>
internal sealed class QuorumConfiguration(VoterSet staticVoters)
{
    private readonly OffsetHistory<VoterSet> _voters = new();
    private readonly OffsetHistory<KRaftVersionValue> _versions = new();

    /// <summary>The voter set in force: the newest in the log, else the static voters.</summary>
    public VoterSet Voters => _voters.Last?.Value ?? staticVoters;

    /// <summary>Offset of the newest voter set; -1 when it came from the bootstrap snapshot; null when only static voters are known.</summary>
    public long? VotersOffset => _voters.Last?.Offset;

    /// <summary>The newest <c>kraft.version</c>, 0 when the log names none.</summary>
    public short KRaftVersion => _versions.Last?.Value.Level ?? 0;

    /// <summary>True when <c>kraft.version</c> lets voters be added and removed.</summary>
    public bool IsReconfigurationSupported => KRaftVersion >= 1;

    /// <summary>Takes over the control records of a batch that was appended.</summary>
    public void Apply(IReadOnlyList<RaftControlRecord> records, long baseOffset)
    {
        for (var i = 0; i < records.Count; i++)
            Apply(records[i], baseOffset + i);
    }

    /// <summary>Starts over from what a snapshot says; its records count from the last offset that it contains.</summary>
    public void Reset(IReadOnlyList<RaftControlRecord> records, long lastContainedOffset)
    {
        _voters.Clear();
        _versions.Clear();
        foreach (var record in records)
            Apply(record, lastContainedOffset);
    }

    /// <summary>Forgets what truncated records said.</summary>
    public void TruncateTo(long endOffset)
    {
        _voters.TruncateTo(endOffset);
        _versions.TruncateTo(endOffset);
    }

    /// <summary>Forgets what no snapshot at or after this offset can ask for.</summary>
    public void ForgetBefore(long startOffset)
    {
        _voters.ForgetBefore(startOffset);
        _versions.ForgetBefore(startOffset);
    }

    /// <summary>The voter set that a snapshot ending with this offset must carry, or null when the log has named none so far.</summary>
    public VoterSet? VotersAt(long offset) => _voters.TryGetAt(offset, out var voters) ? voters : null;

    /// <summary>The <c>kraft.version</c> at an offset.</summary>
    public short KRaftVersionAt(long offset) => _versions.TryGetAt(offset, out var version) ? version!.Level : (short)0;

    private void Apply(RaftControlRecord record, long offset)
    {
        switch (record)
        {
            case VotersControl voters:
                _voters.Add(offset, voters.Voters);
                break;
            case KRaftVersionControl version:
                _versions.Add(offset, new(version.KRaftVersion));
                break;
        }
    }

    private sealed record KRaftVersionValue(short Level);
}
