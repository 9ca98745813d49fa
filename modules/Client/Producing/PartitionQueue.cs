using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Producing;

/// <summary>
/// The batches of one partition: those that wait, the last of which takes records, and those that were sent with a sequence and are not acknowledged yet.
/// Safe to use from any thread; nothing waits with its lock held.
/// </summary>
internal sealed class PartitionQueue(TopicQueues topic, int partition)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<ProducerBatch> _waiting = new();

    // In the order of their sequences. Those that are to be sent again are in both.
    private readonly List<ProducerBatch> _unacknowledged = [];
    private ProducerIdentity _identity = ProducerIdentity.None;
    private int _nextSequence;

    public TopicQueues Topic => topic;

    public int Partition => partition;

    /// <summary>Appends to the open batch, if there is one with room.</summary>
    public AppendResult TryAppend(in ProducerRecord record, int largestSize, int fullAt, long timestamp, DeliveryHandler? handler, long tag)
    {
        lock (_lock)
        {
            return Append(in record, largestSize, fullAt, timestamp, handler, tag) ? AppendResult.Appended : AppendResult.NeedsBatch;
        }
    }

    /// <summary>Appends to the open batch, or to a new one. Says whether the new one was used.</summary>
    public bool AppendOrBegin(ProducerBatch fresh, in ProducerRecord record, int largestSize, int fullAt, long timestamp, DeliveryHandler? handler, long tag)
    {
        lock (_lock)
        {
            if (Append(in record, largestSize, fullAt, timestamp, handler, tag))
            {
                return false;
            }

            if (_waiting.Last is { } last)
            {
                last.Value.IsClosed = true;
            }

            fresh.Append(in record, timestamp, handler, tag);
            _waiting.AddLast(fresh);
            return true;
        }
    }

    /// <summary>How long until the first batch should be sent; 0 for now, null when there is none or it waits for others.</summary>
    public long? DueIn(long now, long linger, bool isHurried)
    {
        lock (_lock)
        {
            return _waiting.First?.Value is { } head && !IsHeldBack(head) ? DueIn(head, now, linger, isHurried) : null;
        }
    }

    /// <summary>Takes the first batch to send it, if it is due and has at most so many bytes; null otherwise.</summary>
    public ProducerBatch? Take(int largest, ProducerIdentity identity, long now, long linger, bool isHurried)
    {
        lock (_lock)
        {
            if (_waiting.First?.Value is not { } head || IsHeldBack(head) || head.Builder.SizeInBytes > largest
                || DueIn(head, now, linger, isHurried) > 0 || !TryNumber(head, identity))
            {
                return null;
            }

            _waiting.RemoveFirst();
            head.IsClosed = true;
            head.Attempts++;
            return head;
        }
    }

    /// <summary>Takes out the batches that wait and began before a time.</summary>
    public List<ProducerBatch>? TakeExpired(long createdBefore)
    {
        lock (_lock)
        {
            List<ProducerBatch>? expired = null;
            while (_waiting.First?.Value is { } head && head.CreatedAt <= createdBefore)
            {
                _waiting.RemoveFirst();
                head.IsClosed = true;
                (expired ??= []).Add(head);
            }

            return expired;
        }
    }

    /// <summary>Puts a batch back to send it again, before those with a later sequence.</summary>
    public void Requeue(ProducerBatch batch, long retryAt)
    {
        lock (_lock)
        {
            batch.RetryAt = retryAt;
            var before = _waiting.First;
            while (before is not null && before.Value.BaseSequence >= 0 && batch.BaseSequence >= 0 && IndexOf(before.Value) < IndexOf(batch))
            {
                before = before.Next;
            }

            if (before is null)
            {
                _waiting.AddLast(batch);
            }
            else
            {
                _waiting.AddBefore(before, batch);
            }
        }
    }

    /// <summary>Puts the parts of a batch that was too large in its place, with its sequences: the broker has not taken them.</summary>
    public void Replace(ProducerBatch batch, IReadOnlyList<ProducerBatch> parts)
    {
        lock (_lock)
        {
            var at = IndexOf(batch);
            var sequence = batch.BaseSequence;
            for (var i = parts.Count - 1; i >= 0; i--)
            {
                parts[i].IsClosed = true;
                _waiting.AddFirst(parts[i]);
            }

            if (at >= 0)
            {
                _unacknowledged.RemoveAt(at);
                _unacknowledged.InsertRange(at, parts);
                foreach (var part in parts)
                {
                    part.Identity = batch.Identity;
                    part.BaseSequence = sequence;
                    sequence = RecordBatchFormat.IncrementSequence(sequence, part.Count);
                }
            }
        }
    }

    /// <summary>Whether the batch is the oldest that is not acknowledged: nothing before it explains a gap.</summary>
    public bool IsOldest(ProducerBatch batch)
    {
        lock (_lock)
        {
            return _unacknowledged.Count > 0 && _unacknowledged[0] == batch;
        }
    }

    /// <summary>The batch's fate is known.</summary>
    public void Forget(ProducerBatch batch)
    {
        lock (_lock)
        {
            _unacknowledged.Remove(batch);
        }
    }

    /// <summary>Counts from 0 again under a new epoch, the batches that are not acknowledged included (KIP-360).</summary>
    public void StartOver(ProducerIdentity identity)
    {
        lock (_lock)
        {
            _identity = identity;
            _nextSequence = 0;
            foreach (var batch in _unacknowledged)
            {
                Number(batch);
            }
        }
    }

    /// <summary>The identity that its sequences belong to.</summary>
    public ProducerIdentity Identity
    {
        get
        {
            lock (_lock)
            {
                return _identity;
            }
        }
    }

    private long DueIn(ProducerBatch head, long now, long linger, bool isHurried)
    {
        var rest = Math.Max(0, head.RetryAt - now);
        return rest > 0 || isHurried || head.IsClosed || head.Attempts > 0 || _waiting.Count > 1 ? rest : Math.Max(0, head.CreatedAt + linger - now);
    }

    // What is sent again goes out only when it is the oldest, so that the broker sees sequences in order.
    private bool IsHeldBack(ProducerBatch head) => head.BaseSequence >= 0 && _unacknowledged.Count > 0 && _unacknowledged[0] != head;

    private bool TryNumber(ProducerBatch batch, ProducerIdentity identity)
    {
        if (identity.IsNone || batch.BaseSequence >= 0)
        {
            return true;
        }

        if (_identity != identity)
        {
            // Sequences of one epoch must be over before those of the next begin.
            if (_unacknowledged.Count > 0)
            {
                return false;
            }

            (_identity, _nextSequence) = (identity, 0);
        }

        Number(batch);
        _unacknowledged.Add(batch);
        return true;
    }

    private void Number(ProducerBatch batch)
    {
        batch.Identity = _identity;
        batch.BaseSequence = _nextSequence;
        _nextSequence = RecordBatchFormat.IncrementSequence(_nextSequence, batch.Count);
    }

    private int IndexOf(ProducerBatch batch) => _unacknowledged.IndexOf(batch);

    private bool Append(in ProducerRecord record, int largestSize, int fullAt, long timestamp, DeliveryHandler? handler, long tag)
    {
        if (_waiting.Last?.Value is not { IsClosed: false } open || open.Builder.SizeInBytes + largestSize > fullAt)
        {
            return false;
        }

        open.Append(in record, timestamp, handler, tag);
        return true;
    }
}
