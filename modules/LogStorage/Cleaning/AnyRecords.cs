using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.LogStorage.Cleaning;

/// <summary>Walks the records of a batch of any magic.</summary>
internal ref struct AnyRecords
{
    private readonly bool _isLegacy;
    private RecordEnumerator _records;
    private LegacyRecordEnumerator _messages;

    /// <summary>Starts before the first record.</summary>
    /// <param name="batch">The whole batch.</param>
    /// <param name="content">Its records, or the messages inside of it, decompressed.</param>
    public AnyRecords(in RecordBatchView batch, ReadOnlySpan<byte> content)
    {
        _isLegacy = batch.Magic < RecordBatchFormat.CurrentMagic;
        if (!_isLegacy)
            _records = new RecordEnumerator(in batch, content);
        else
            _messages = batch.IsCompressed ? new LegacyRecordEnumerator(in batch, content) : new LegacyRecordEnumerator(in batch);
    }

    /// <summary>The record that was come to last.</summary>
    public readonly RecordView Current => _isLegacy ? _messages.Current : _records.Current;

    /// <summary>Why <see cref="MoveNext"/> gave false; <see cref="RecordSetStatus.End"/> where everything was good.</summary>
    public readonly RecordSetStatus Status => _isLegacy ? _messages.Status : _records.Status;

    /// <summary>Goes to the next record.</summary>
    public bool MoveNext() => _isLegacy ? _messages.MoveNext() : _records.MoveNext();
}
