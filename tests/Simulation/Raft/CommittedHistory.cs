using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Simulation.Tests.Raft;

/// <summary>What the cluster has committed, as first seen by any node; every other node must see the same.</summary>
internal sealed class CommittedHistory
{
    private readonly SortedList<long, (long End, int Epoch, ulong Digest)> _batches = [];

    public long End { get; private set; }

    /// <summary>A state machine's running digest after applying everything below the given offset.</summary>
    public ulong DigestBefore(long offset)
    {
        if (offset == 0)
            return 0;
        foreach (var (_, batch) in _batches.Reverse())
        {
            if (batch.End == offset)
                return batch.Digest;
        }

        throw new SimulationFailure($"Offset {offset} does not end a committed batch");
    }

    /// <summary>A node applies a committed batch; gives its digest from there on.</summary>
    public ulong Apply(int node, RaftBatch batch, ulong digest)
    {
        var next = Digest(digest, batch.Bytes.Span);
        if (_batches.TryGetValue(batch.BaseOffset, out var known))
        {
            if (known != (batch.EndOffset, batch.Epoch, next))
            {
                throw new SimulationFailure(
                    $"Node {node} committed {batch.BaseOffset}..{batch.LastOffset} of epoch {batch.Epoch}, before it was "
                    + $"..{known.End - 1} of epoch {known.Epoch}{(known.Digest == next ? "" : " with other content")}");
            }
        }
        else if (batch.BaseOffset != End)
        {
            throw new SimulationFailure($"Node {node} committed {batch.BaseOffset}, but the history ends at {End}");
        }
        else
        {
            _batches[batch.BaseOffset] = (batch.EndOffset, batch.Epoch, next);
            End = batch.EndOffset;
        }

        return next;
    }

    /// <summary>A new leader must have everything that is committed (leader completeness).</summary>
    public void CheckLeader(int node, int epoch, RaftLogState log)
    {
        if (log.EndOffset < End)
            throw new SimulationFailure($"Node {node} leads epoch {epoch} with a log up to {log.EndOffset}; {End} is committed");
        if (_batches.Count == 0 || log.StartOffset >= End)
            return;
        var last = _batches.Values[^1];
        var atEpoch = log.EndOffsetForEpoch(last.Epoch);
        if (atEpoch.Epoch != last.Epoch || atEpoch.Offset < last.End)
            throw new SimulationFailure($"Node {node} leads epoch {epoch} without the committed end {last.End} of epoch {last.Epoch}");
    }

    private static ulong Digest(ulong digest, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            digest = (digest ^ value) * 1099511628211;
        return digest;
    }
}
