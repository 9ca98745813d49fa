namespace Kafka.Modular.Protocol.Records;

/// <summary>Walks the records of a batch of magic 2 where they lie, checking every length.</summary>
public ref struct RecordEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _baseOffset;
    private readonly long _baseTimestamp;
    private readonly long? _logAppendTime;
    private RecordView _current;
    private int _left;
    private int _position;

    /// <summary>Starts before the first record of a batch that is not compressed.</summary>
    public RecordEnumerator(in RecordBatchView batch)
        : this(in batch, batch.IsCompressed ? throw new ArgumentException("The batch is compressed.", nameof(batch)) : batch.Records)
    {
    }

    /// <summary>Starts before the first record of a batch whose records were decompressed to <paramref name="records"/>.</summary>
    public RecordEnumerator(in RecordBatchView batch, ReadOnlySpan<byte> records)
    {
        _bytes = records;
        _baseOffset = batch.BaseOffset;
        _baseTimestamp = batch.BaseTimestamp;
        _logAppendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null;
        _left = batch.RecordCount;
    }

    /// <summary>The record that the last successful <see cref="MoveNext"/> came to.</summary>
    public readonly RecordView Current => _current;

    /// <summary>
    /// Why <see cref="MoveNext"/> gave false: <see cref="RecordSetStatus.End"/> if the batch held the records that its header counts and
    /// not a byte more.
    /// </summary>
    public RecordSetStatus Status { get; private set; }

    /// <summary>Goes to the next record; false after the last one and at the first that is malformed.</summary>
    public bool MoveNext()
    {
        if (_left <= 0)
        {
            Status = _left == 0 && _position == _bytes.Length ? RecordSetStatus.End : RecordSetStatus.Corrupt;
            _current = default;
            return false;
        }

        Status = RecordView.TryRead(_bytes, ref _position, _baseOffset, _baseTimestamp, _logAppendTime, out _current);
        if (Status != RecordSetStatus.Ok)
            return false;
        _left--;
        return true;
    }

    /// <summary>Itself, so that <c>foreach</c> works.</summary>
    public readonly RecordEnumerator GetEnumerator() => this;
}
