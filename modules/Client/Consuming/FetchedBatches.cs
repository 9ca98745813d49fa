using System.Buffers;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Client.Consuming;

/// <summary>What one response holds of one partition, read record by record. One thread at a time.</summary>
internal sealed class FetchedBatches(
    ConsumedPartition partition,
    SharedReply owner,
    ReadOnlyMemory<byte> bytes,
    List<FetchResponse.AbortedTransaction>? aborted,
    ConsumerOptions options,
    CompressionCodecs codecs) : IDisposable
{
    private readonly HashSet<long> _abortedProducers = [];
    private readonly List<PooledBytes> _decompressed = [];
    private readonly int _seeks = partition.Seeks;
    private ReadOnlyMemory<byte> _records;
    private int _nextAborted;
    private int _position;
    private int _recordPosition;
    private int _batchPosition;
    private int _recordsLeft;

    public ConsumedPartition Partition => partition;

    /// <summary>Whether a seek since then makes it useless.</summary>
    public bool IsStale => partition.Seeks != _seeks;

    /// <summary>The offset after the last complete batch; -1 when there is none.</summary>
    public static long NextOffset(ReadOnlySpan<byte> records)
    {
        long next = -1;
        while (RecordBatchView.TryRead(records, out var batch) == RecordSetStatus.Ok)
        {
            next = batch.NextOffset;
            records = records[batch.SizeInBytes..];
        }

        return next;
    }

    /// <summary>Reads up to so many records; false when nothing is left.</summary>
    /// <exception cref="KafkaClientException">A batch is damaged (CORRUPT_MESSAGE).</exception>
    public bool Read(List<ConsumerRecord> destination, int maximum)
    {
        while (destination.Count < maximum)
        {
            if (_recordsLeft == 0 && !NextBatch())
            {
                return false;
            }

            ReadBatch(destination, maximum);
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var buffer in _decompressed)
        {
            buffer.Dispose();
        }

        _decompressed.Clear();
        owner.Release();
    }

    private bool NextBatch()
    {
        while (true)
        {
            var rest = bytes.Span[_position..];
            var status = RecordBatchView.TryRead(rest, out var batch);
            if (status != RecordSetStatus.Ok)
            {
                return status == RecordSetStatus.Corrupt ? throw Damaged("its length or format is wrong") : false;
            }

            if (options.ChecksCrcs && !batch.IsValid())
            {
                throw Damaged("its checksum is wrong");
            }

            _batchPosition = _position;
            _position += batch.SizeInBytes;
            if (batch.NextOffset <= partition.Position)
            {
                continue;
            }

            if (IsHidden(in batch))
            {
                partition.Advance(batch.NextOffset);
                continue;
            }

            Open(in batch);
            return true;
        }
    }

    private void Open(in RecordBatchView batch)
    {
        var whole = bytes.Slice(_batchPosition, batch.SizeInBytes);
        if (batch.Magic < RecordBatchFormat.CurrentMagic)
        {
            throw new KafkaClientException(ErrorCode.UnsupportedForMessageFormat, $"{partition.TopicPartition} holds messages of format {batch.Magic}, which brokers of Kafka 4 do not have.");
        }

        _records = batch.IsCompressed ? Decompress(in batch, whole[RecordBatchFormat.HeaderSize..]) : whole[RecordBatchFormat.HeaderSize..];
        _recordsLeft = batch.RecordCount;
        _recordPosition = 0;
        if (_recordsLeft == 0)
        {
            partition.Advance(batch.NextOffset);
        }
    }

    private ReadOnlyMemory<byte> Decompress(in RecordBatchView batch, ReadOnlyMemory<byte> compressed)
    {
        if (!codecs.TryGet(batch.Compression, out var codec))
        {
            throw new KafkaClientException(ErrorCode.UnsupportedCompressionType, $"{partition.TopicPartition} is compressed with {batch.Compression}, whose codec is not loaded.");
        }

        var output = new PooledBytes(Math.Max(16 * 1024, compressed.Length * 3));
        _decompressed.Add(output);
        try
        {
            codec.Decompress(compressed, output, int.MaxValue);
        }
        catch (Exception damaged) when (damaged is CorruptCompressedDataException or DecompressedTooLargeException)
        {
            throw Damaged(damaged.Message);
        }

        return output.Written;
    }

    private void ReadBatch(List<ConsumerRecord> destination, int maximum)
    {
        RecordBatchView.TryRead(bytes.Span[_batchPosition..], out var batch);
        var epoch = batch.PartitionLeaderEpoch;
        var timestampType = batch.TimestampType;
        var reader = new RecordEnumerator(in batch, _records.Span[_recordPosition..]);
        while (_recordsLeft > 0 && destination.Count < maximum)
        {
            if (!reader.MoveNext())
            {
                throw Damaged("its records are malformed");
            }

            var record = reader.Current;
            _recordsLeft--;
            _recordPosition += record.SizeInBytes;
            if (record.Offset >= partition.Position)
            {
                destination.Add(new ConsumerRecord(partition, _records, in record, epoch, timestampType));
                partition.Advance(record.Offset + 1);
            }
        }

        partition.LastEpoch = epoch;
        if (_recordsLeft == 0)
        {
            // Compaction may have removed the last records of the batch.
            partition.Advance(batch.NextOffset);
        }
    }

    // Control batches are nobody's; records of aborted transactions are not for who reads committed ones (KIP-98).
    private bool IsHidden(in RecordBatchView batch)
    {
        if (!options.ReadsCommitted || aborted is null)
        {
            return batch.IsControl;
        }

        while (_nextAborted < aborted.Count && aborted[_nextAborted].FirstOffset <= batch.LastOffset)
        {
            _abortedProducers.Add(aborted[_nextAborted++].ProducerId);
        }

        if (batch.IsControl)
        {
            foreach (var record in new RecordEnumerator(in batch))
            {
                if (ControlRecord.TryReadType(record.Key, out var type) && type == ControlRecordType.Abort)
                {
                    _abortedProducers.Remove(batch.ProducerId);
                }
            }

            return true;
        }

        return batch.IsTransactional && _abortedProducers.Contains(batch.ProducerId);
    }

    private KafkaClientException Damaged(string what) => new(
        ErrorCode.CorruptMessage, $"A batch of {partition.TopicPartition} at offset {partition.Position} is damaged: {what}. To go on, seek past it.");

    /// <summary>Decompressed bytes in a rented array that grows.</summary>
    private sealed class PooledBytes(int capacity) : IBufferWriter<byte>, IDisposable
    {
        private byte[] _array = ArrayPool<byte>.Shared.Rent(capacity);
        private int _length;

        public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

        public void Advance(int count) => _length += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            Grow(sizeHint);
            return _array.AsMemory(_length);
        }

        public Span<byte> GetSpan(int sizeHint = 0)
        {
            Grow(sizeHint);
            return _array.AsSpan(_length);
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_array);
            _array = [];
        }

        private void Grow(int sizeHint)
        {
            if (_array.Length - _length >= Math.Max(sizeHint, 1))
            {
                return;
            }

            var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_array.Length * 2L, _length + (long)Math.Max(sizeHint, 1))));
            _array.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_array);
            _array = larger;
        }
    }
}
