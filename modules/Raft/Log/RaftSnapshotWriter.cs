using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Log;

/// <summary>
/// Writes a snapshot of the metadata: a header batch with the voters at its offset, the records, a footer (KIP-630, KIP-853). Used by one thread at
/// a time; disposing it before <see cref="Complete"/> throws it away.
/// </summary>
public sealed class RaftSnapshotWriter : IDisposable
{
    private readonly IRaftSnapshotWriter _file;
    private readonly TimeProvider _time;
    private readonly Action<RaftSnapshotInfo>? _completed;
    private long _nextOffset;

    internal RaftSnapshotWriter(
        IRaftSnapshotWriter file,
        OffsetAndEpoch id,
        long lastContainedLogTimestamp,
        short kraftVersion,
        VoterSet? voters,
        TimeProvider time,
        Action<RaftSnapshotInfo>? completed)
    {
        _file = file;
        _time = time;
        _completed = completed;
        Id = id;
        var header = new List<RaftControlRecord> { new SnapshotHeaderControl(lastContainedLogTimestamp) };
        if (kraftVersion >= 1)
        {
            header.Add(new KRaftVersionControl(kraftVersion));
            if (voters is not null)
                header.Add(new VotersControl(voters));
        }

        AppendControl(header);
    }

    /// <summary>End offset and epoch of what the snapshot holds.</summary>
    public OffsetAndEpoch Id { get; }

    /// <summary>
    /// The snapshot that <c>format</c> leaves for the first start of a dynamic quorum, <c>0-0.checkpoint</c>: <c>kraft.version</c> and the first voters.
    /// </summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public static void WriteBootstrap(IRaftSnapshotStore store, VoterSet voters, short kraftVersion, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(store);
        using var file = store.Create(OffsetAndEpoch.Bootstrap);
        using var writer = new RaftSnapshotWriter(file, OffsetAndEpoch.Bootstrap, 0, kraftVersion, voters, time, completed: null);
        writer.Complete();
    }

    /// <summary>Adds a batch of encoded metadata records.</summary>
    /// <exception cref="IOException">They could not be written.</exception>
    public void Append(IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        if (records.Count == 0)
            return;
        _file.Append(RaftBatchWriter.WriteData(_nextOffset, Id.Epoch, Now(), records));
        _nextOffset += records.Count;
    }

    /// <summary>Writes the footer and makes the snapshot durable.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Complete()
    {
        AppendControl([new SnapshotFooterControl()]);
        var info = _file.Complete();
        _completed?.Invoke(info);
    }

    /// <summary>Throws the snapshot away unless it is complete.</summary>
    public void Dispose() => _file.Dispose();

    private void AppendControl(List<RaftControlRecord> records)
    {
        _file.Append(RaftBatchWriter.WriteControl(_nextOffset, Id.Epoch, Now(), records));
        _nextOffset += records.Count;
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
