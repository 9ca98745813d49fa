using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Plugins.Tests.Storage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Protocol.Tests.Records;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.File;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.LogStorage.Tests.Support;

/// <summary>One log over a simulated file system, a clock and a background loop that the test moves.</summary>
internal sealed class LogHarness
{
    public const string Path = "/data";
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    public static readonly TopicPartition Partition = new("topic", 0);

    private readonly bool _inMemory;
    private ILogStore? _store;

    public LogHarness(bool inMemory = false)
    {
        _inMemory = inMemory;
        Time = new FakeTimeProvider(Start);
        Files = new SimulatedFileSystem(Time);
        Background = new InlineEventLoop("background", Time);
    }

    public FakeTimeProvider Time { get; }

    public SimulatedFileSystem Files { get; }

    public InlineEventLoop Background { get; private set; }

    public LogConfig Config { get; set; } = LogConfig.Default with { FileDeleteDelayMs = 1000 };

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public ILogDirectory OpenDirectory()
    {
        var context = new PluginContext(NullLoggerFactory.Instance, Time, new Dictionary<string, string>(StringComparer.Ordinal));
        _store ??= _inMemory ? new MemoryStoragePlugin().CreateStore(context) : FileStoragePlugin.CreateStore(context, Files);
        return _store.OpenDirectory(Path);
    }

    public PartitionLogOptions Options(ILogDirectory directory) => new()
    {
        Directory = directory,
        TopicPartition = Partition,
        Config = Config,
        Time = Time,
        Random = new SeededRandomSource(1),
        Background = Background,
        Codecs = new CompressionCodecs(new TestGzipCodec()),
        Logger = NullLogger.Instance,
    };

    public async Task<PartitionLog> OpenAsync(bool clean = true, long recoveryPoint = 0, long logStartOffset = 0) =>
        await PartitionLog.OpenAsync(
            Options(OpenDirectory()) with { HadCleanShutdown = clean, RecoveryPoint = recoveryPoint, LogStartOffset = logStartOffset },
            CancellationToken.None);

    /// <summary>Closes in order, and opens again.</summary>
    public async Task<PartitionLog> ReopenAsync(PartitionLog log)
    {
        var (start, recoveryPoint) = (log.LogStartOffset, log.RecoveryPoint);
        await log.DisposeAsync();
        log.Directory.Dispose();
        return await OpenAsync(clean: true, recoveryPoint, start);
    }

    /// <summary>The process is killed: what was written is there, nothing was closed. Opens again.</summary>
    public async Task<PartitionLog> KillAndReopenAsync(PartitionLog log) => await KillAndReopenAsync(log, log.RecoveryPoint, cleanedOffset: null);

    /// <summary>The same, after a cleaning of which the checkpoint tells, though that of the recovery points was not written since the log was begun.</summary>
    public async Task<PartitionLog> KillAndReopenAsync(PartitionLog log, long? cleanedOffset) => await KillAndReopenAsync(log, 0, cleanedOffset);

    /// <summary>Power is lost: only what was flushed is certain. Opens again.</summary>
    public async Task<PartitionLog> LosePowerAndReopenAsync(PartitionLog log, int seed)
    {
        Files.LosePower(seed);
        Forget();
        return await OpenAsync(clean: false, log.RecoveryPoint, log.LogStartOffset);
    }

    public byte[] ReadFile(string name)
    {
        using var file = Files.Open($"{Path}/{Partition}/{name}", FileOpenMode.Read);
        var content = new byte[file.Length];
        file.Read(0, content);
        return content;
    }

    public IReadOnlyList<string> ListFiles() => [.. Files.List($"{Path}/{Partition}").Select(file => file.Name).Order(StringComparer.Ordinal)];

    private async Task<PartitionLog> KillAndReopenAsync(PartitionLog log, long recoveryPoint, long? cleanedOffset)
    {
        Files.KillProcess();
        Forget();
        return await PartitionLog.OpenAsync(
            Options(OpenDirectory()) with { RecoveryPoint = recoveryPoint, LogStartOffset = log.LogStartOffset, CleanedOffset = cleanedOffset }, CancellationToken.None);
    }

    private void Forget()
    {
        _store = null;
        Background = new InlineEventLoop("background", Time);
    }
}
