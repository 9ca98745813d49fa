using System.Buffers;
using System.Globalization;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>An open segment.</summary>
internal sealed class MemorySegment(MemoryPartitionStore partition, MemorySegmentContent content) : ISegment
{
    private readonly LeaseGate _gate = new();
    private readonly Lock _lock = new();
    private bool _isDeleted;

    public MemorySegmentContent Content { get; } = content;

    public long BaseOffset => Content.BaseOffset;

    public string Location
        => string.Create(CultureInfo.InvariantCulture, $"{partition.Directory.Path}/{partition.Name}/{BaseOffset:D20} (memory)");

    public int Size => Content.Size;

    public DateTimeOffset LastModified
    {
        get => Content.LastModified;
        set => Content.LastModified = value;
    }

    public TimestampOffset LargestTimestamp => Content.Indexes.LargestTimestamp;

    public bool IsIndexFull => Content.Indexes.IsFull(partition.Options);

    public int Append(ReadOnlySpan<byte> bytes, ReadOnlySpan<BatchEntry> batches)
    {
        ObjectDisposedException.ThrowIf(_gate.IsClosed, this);
        ThrowIfNotAppendable(bytes.Length, batches);
        var position = Content.Size;
        Content.Bytes.Add(bytes);
        var batchPosition = position;
        foreach (var batch in batches)
        {
            Content.Indexes.Add(batchPosition, batch, partition.Options);
            batchPosition += batch.Length;
        }

        Content.Size = position + bytes.Length;
        Content.LastModified = partition.Clock.GetUtcNow();
        return position;
    }

    public OffsetPosition FindPosition(long offset) => Content.Indexes.FindPosition(offset);

    public TimestampOffset FindTimestamp(long timestamp) => Content.Indexes.FindTimestamp(timestamp);

    public ILogLease Lease(int position, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        var ticket = Enter(position, ref length);
        if (Content.Bytes.TryGet(position, length, out var memory))
            return new MemoryLease(memory, null, _gate, ticket);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        Content.Bytes.CopyTo(position, rented.AsSpan(0, length));
        return new MemoryLease(rented.AsMemory(0, length), rented, _gate, ticket);
    }

    public int Read(int position, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        var length = destination.Length;
        var ticket = Enter(position, ref length);
        Content.Bytes.CopyTo(position, destination[..length]);
        _gate.Exit(ticket);
        return length;
    }

    public void AppendAbortedTransaction(in AbortedTransaction transaction) => Content.Indexes.Add(transaction);

    public bool CollectAbortedTransactions(long fromOffset, long toOffset, ICollection<AbortedTransaction> destination)
    {
        foreach (var transaction in Content.Indexes.Transactions)
        {
            if (transaction.LastOffset >= fromOffset && transaction.FirstOffset < toOffset)
                destination.Add(transaction);
            if (transaction.LastStableOffset >= toOffset)
                return true;
        }

        return false;
    }

    public SegmentIndexState CheckIndexes(bool full) => SegmentIndexState.Valid;

    public void BeginReindex() => Content.Indexes.Truncate(long.MinValue);

    public void Reindex(int position, in BatchEntry batch) => Content.Indexes.Add(position, batch, partition.Options);

    public async ValueTask TruncateAsync(long offset, int position, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ObjectDisposedException.ThrowIf(_gate.IsClosed, this);
        position = Math.Min(position, Content.Size);
        try
        {
            await _gate.DrainAsync(position, cancellationToken);
            lock (_lock)
                Content.Size = position;
            Content.Indexes.Truncate(offset);
            Content.Bytes.Truncate(position);
        }
        finally
        {
            _gate.Reopen();
        }
    }

    public void Seal() => Content.Indexes.Seal();

    public void Flush()
    {
        // Nothing outlives the process.
    }

    public void MarkDeleted()
    {
        if (_isDeleted)
            return;
        _isDeleted = true;
        partition.Removed(this);
    }

    public ValueTask DeleteAsync(CancellationToken cancellationToken)
    {
        MarkDeleted();
        var deletion = _gate.CloseAsync(() => Content.Bytes.Truncate(0));
        return deletion.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(deletion.WaitAsync(cancellationToken));
    }

    /// <summary>Refuses further use; what it holds stays.</summary>
    public Task CloseAsync(bool seal)
    {
        if (seal)
            Seal();
        return _gate.CloseAsync(static () => { });
    }

    private LeaseGate.Ticket Enter(int position, ref int length)
    {
        // Under the lock, so that no truncation comes between looking at the size and counting the lease.
        lock (_lock)
        {
            length = Math.Max(0, Math.Min(length, Content.Size - position));
            ObjectDisposedException.ThrowIf(!_gate.TryEnter(position, ref length, out var ticket), this);
            return ticket;
        }
    }

    private void ThrowIfNotAppendable(int length, ReadOnlySpan<BatchEntry> batches)
    {
        long total = 0;
        foreach (var batch in batches)
        {
            if (batch.LastOffset < BaseOffset || batch.LastOffset - BaseOffset > int.MaxValue)
                throw new ArgumentException($"Offset {batch.LastOffset} does not fit a segment that begins at {BaseOffset}.", nameof(batches));
            total += batch.Length;
        }

        if (total != length)
            throw new ArgumentException($"The batches are {total} bytes and the bytes {length}.", nameof(batches));
        if ((long)Content.Size + length > int.MaxValue)
            throw new ArgumentException($"{length} bytes do not fit a segment of {Content.Size} bytes.", nameof(length));
    }
}
