using System.Collections.Concurrent;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Producing;

/// <summary>Makes batches and reuses their memory. Safe to use from any thread.</summary>
internal sealed class BatchFactory(ProducerOptions options)
{
    private readonly ConcurrentBag<RecordBatchBuilder> _idle = [];
    private double _ratio = 1;

    /// <summary>Bytes that a batch may hold before compression, so that it has <c>batch.size</c> after it: by how well recent batches compressed.</summary>
    public int FullAt => options.Compression == CompressionType.None
        ? options.BatchSize
        : (int)Math.Min(options.BatchSize / Volatile.Read(ref _ratio), Math.Max(options.BatchSize, options.MaximumRequestSize));

    /// <summary>Bytes to reserve for a batch that begins with a record.</summary>
    public int SizeFor(in ProducerRecord first) => Math.Max(options.BatchSize, RecordBatchFormat.HeaderSize + first.LargestSize);

    public ProducerBatch Create(int reserved, long now)
    {
        var header = new RecordBatchOptions { Compression = options.Compression };
        if (reserved <= options.BatchSize && _idle.TryTake(out var builder))
        {
            builder.Reset(in header);
        }
        else
        {
            builder = new RecordBatchBuilder(in header, reserved);
        }

        return new ProducerBatch(builder, reserved, now);
    }

    /// <summary>Takes back a batch's memory, when nothing refers to it any more.</summary>
    public void Recycle(ProducerBatch batch)
    {
        // A batch that outgrew the usual size would keep that memory for ever.
        if (batch.Reserved <= options.BatchSize && batch.Builder.SizeInBytes <= Math.Max(options.BatchSize, 1024) * 2)
        {
            _idle.Add(batch.Builder);
        }
    }

    /// <summary>Learns from a batch that was compressed. The estimate falls slowly and rises at once, as Kafka's does.</summary>
    public void Learn(int before, int after)
    {
        if (before > 0 && options.Compression != CompressionType.None)
        {
            var seen = Math.Max(0.02, (double)after / before);
            var ratio = Volatile.Read(ref _ratio);
            Volatile.Write(ref _ratio, seen > ratio ? Math.Min(1, seen + 0.05) : Math.Max(seen, ratio - 0.02));
        }
    }
}
