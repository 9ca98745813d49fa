using BenchmarkDotNet.Attributes;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Benchmarks;

/// <summary>What every produced byte goes through: finding the batches of a request and checking their CRC-32C.</summary>
[MemoryDiagnoser]
public class RecordBatchBenchmarks
{
    private byte[] _batch = [];

    /// <summary>Records of 100 bytes in the batch.</summary>
    [Params(1, 100, 1000)]
    public int Records { get; set; }

    /// <summary>Builds the batch that is measured.</summary>
    [GlobalSetup]
    public void Build()
    {
        RecordBatchBuilder builder = new(new RecordBatchOptions());
        byte[] value = new byte[100];
        for (int i = 0; i < Records; i++)
        {
            builder.Append(i, null, value);
        }

        _batch = builder.Build().ToArray();
    }

    /// <summary>Finds the batch and checks it.</summary>
    [Benchmark]
    public bool Check() => RecordBatchView.TryRead(_batch, out RecordBatchView batch) == RecordSetStatus.Ok && batch.IsValid();
}
