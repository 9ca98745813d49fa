using BenchmarkDotNet.Attributes;
using Kafka.Modular.Handlers.Tests.Support;
using Kafka.Modular.Storage.Memory;

namespace Kafka.Modular.Benchmarks;

/// <summary>Produce and fetch from the received frame to the encoded reply, with the log in memory.</summary>
[MemoryDiagnoser]
[InvocationCount(Invocations)]
public class RequestPathBenchmarks
{
    private const int Invocations = 256;

    private RequestPath _path = null!;
    private byte[] _produce = [];
    private byte[] _fetch = [];

    /// <summary>Records of 100 bytes in the batch.</summary>
    [Params(1, 100, 1000)]
    public int Records { get; set; }

    /// <summary>Opens the log.</summary>
    [GlobalSetup]
    public async Task OpenAsync()
    {
        _path = await RequestPath.OpenAsync(new MemoryStoragePlugin(), "memory");
        _produce = RequestPath.ProduceFrame(RequestPath.Batch(Records), acks: 1);
        _fetch = RequestPath.FetchFrame(offset: 0, maximumBytes: 1 << 20);
    }

    /// <summary>What was appended before must not fill the memory, and a fetch wants something to read.</summary>
    [IterationSetup]
    public void Clear()
    {
        _path.ClearAsync().GetAwaiter().GetResult();
        for (int batch = 0; batch < 10; batch++)
        {
            _path.Answer(_produce);
        }
    }

    /// <summary>Closes the log.</summary>
    [GlobalCleanup]
    public async Task CloseAsync() => await _path.DisposeAsync();

    /// <summary>One batch with acks=1.</summary>
    [Benchmark]
    public long Produce() => _path.Answer(_produce);

    /// <summary>Ten batches.</summary>
    [Benchmark]
    public long Fetch() => _path.Answer(_fetch);
}
