namespace Kafka.Modular.Protocol.Records;

/// <summary>Walks the batches of a record set where they lie. Use it in <c>foreach</c>, or <see cref="MoveNext"/> and then <see cref="Status"/>.</summary>
public ref struct RecordBatchEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private RecordBatchView _current;
    private int _next;

    /// <summary>Starts before the first batch of <paramref name="recordSet"/>.</summary>
    public RecordBatchEnumerator(ReadOnlySpan<byte> recordSet) => _bytes = recordSet;

    /// <summary>The batch that the last successful <see cref="MoveNext"/> came to.</summary>
    public readonly RecordBatchView Current => _current;

    /// <summary>Why <see cref="MoveNext"/> gave false; <see cref="RecordSetStatus.End"/> if every byte was read.</summary>
    public RecordSetStatus Status { get; private set; }

    /// <summary>Position of <see cref="Current"/> within the record set, in bytes.</summary>
    public readonly int Position => _next - (_current.Bytes.IsEmpty ? 0 : _current.Bytes.Length);

    /// <summary>Position behind the last good batch, in bytes: what comes from here on is torn or corrupt.</summary>
    public readonly int NextPosition => _next;

    /// <summary>Goes to the next batch; false at the end and at the first byte that is no batch.</summary>
    public bool MoveNext()
    {
        Status = RecordBatchView.TryRead(_bytes[_next..], out var batch);
        if (Status != RecordSetStatus.Ok)
        {
            _current = default;
            return false;
        }

        _current = batch;
        _next += batch.Bytes.Length;
        return true;
    }

    /// <summary>Itself, so that <c>foreach</c> works.</summary>
    public readonly RecordBatchEnumerator GetEnumerator() => this;
}
