using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Storage.Memory;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Replication.Tests;

/// <summary>What replicas do when their logs and the metadata change under them, over logs in memory.</summary>
internal sealed class ReplicaManagerTests
{
    private const int Here = 1;
    private const int Follower = 2;

    private static readonly Uuid TopicId = new(7, 7);

    private readonly InlineEventLoop _loop = new("background", TimeProvider.System);
    private LogManager _logs = null!;
    private ReplicaManager _replicas = null!;
    private MetadataImage _image = MetadataImage.Empty;

    [SetUp]
    public async Task OpenAsync()
    {
        var configuration = new LiveConfiguration(NodeConfiguration.Load([ConfigurationSource.Of(Settings())], []).Required);
        _logs = LogManager.Open(new LogManagerOptions
        {
            Store = new MemoryStoragePlugin().CreateStore(new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal))),
            Directories = ["/one", "/two"],
            Time = TimeProvider.System,
            Random = new SeededRandomSource(1),
            Background = _loop,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        await _logs.StartAsync(static _ => LogConfig.Default, CancellationToken.None);
        var controller = new NoController();
        _replicas = new ReplicaManager(Here, _logs, configuration, controller, controller, _loop, NullLogger.Instance, new MetricRegistry());
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _replicas.DisposeAsync();
        await _logs.StopAsync(-1, CancellationToken.None);
        await _logs.DisposeAsync();
    }

    [Test]
    public async Task The_high_watermark_goes_on_when_a_copy_takes_the_place_of_the_log_at_that_moment()
    {
        Publish("a", TopicId, [Here, Follower]);
        await _replicas.WhenAppliedAsync();
        var topicPartition = new TopicPartition("a", 0);
        Assert.That(_replicas.TryGet(topicPartition, out var partition));
        Assert.That(partition!.Append(Batch(), requireMinIsr: false).Error, Is.EqualTo(ErrorCode.None));
        var log = partition.Log!;
        Assert.That(log.HighWatermark, Is.Zero, "the follower has nothing yet");
        var copy = await _logs.CreateFutureAsync(log, _logs.Directories.First(each => each.Store != log.Directory), CancellationToken.None);
        Assert.That(copy.AppendAsFollower(log.ReadBatches(0, 100_000), 0).Error, Is.EqualTo(ErrorCode.None));
        var fetching = new Thread(() => partition.OnFollowerFetch(Follower, 1, 0)) { IsBackground = true };

        await _logs.TryReplaceWithFutureAsync(
            topicPartition,
            taken =>
            {
                // The exchange holds the log's lock, where the follower's fetch comes to wait with what it found in the log.
                fetching.Start();
                SpinWait.SpinUntil(() => !fetching.IsAlive || fetching.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(10));
                partition.Replace(taken);
            },
            CancellationToken.None);

        Assert.That(fetching.Join(TimeSpan.FromSeconds(10)), Is.True);
        Assert.That((partition.Log, partition.Log!.HighWatermark), Is.EqualTo((copy, 1)));
    }

    [Test]
    public async Task A_fault_in_applying_a_change_does_not_keep_later_ones_from_being_applied()
    {
        _replicas.LeadershipChanged += static change =>
        {
            if (change.Partition.Topic == "a")
                throw new ArgumentException("a bug");
        };
        Publish("a", TopicId, [Here]);
        Publish("b", new Uuid(8, 8), [Here]);
        await _replicas.WhenAppliedAsync();
        Assert.That(_replicas.TryGet(new TopicPartition("b", 0), out _), Is.True);
    }

    private static Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["controller.listener.names"] = "CONTROLLER",
        ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ["listeners"] = "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
        ["controller.quorum.bootstrap.servers"] = "localhost:9093",
        ["log.dirs"] = "/one,/two",
    };

    private static Memory<byte> Batch()
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        builder.Append(1_700_000_000_000, null, new byte[100]);
        return builder.Build().ToArray();
    }

    private void Publish(string topic, Uuid id, int[] replicas)
    {
        var delta = new MetadataDelta(_image);
        delta.Replay(new TopicRecord { Name = topic, TopicId = id });
        delta.Replay(new PartitionRecord
        {
            TopicId = id,
            PartitionId = 0,
            Replicas = [.. replicas.Select(static replica => (BrokerId)replica)],
            Isr = [.. replicas.Select(static replica => (BrokerId)replica)],
            Leader = (BrokerId)Here,
            LeaderEpoch = 0,
            PartitionEpoch = 0,
            Directories = [.. replicas.Select(static replica => new Uuid(1, 1000 + replica))],
        });
        _image = delta.Apply(MetadataProvenance.Empty with { LastContainedOffset = _image.Provenance.LastContainedOffset + 1 });
        _replicas.OnMetadataUpdate(delta, _image, new LoaderManifest(LoaderManifestKind.LogDelta, _image.Provenance, default, 1, 0, TimeSpan.Zero));
    }

    private sealed class NoController : IIsrChanges, IDirectoryAssignments
    {
        public Task AssignAsync(Uuid topicId, TopicPartition partition, Uuid directoryId, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Request(TopicPartition partition, Uuid topicId, int leaderEpoch, int partitionEpoch, IReadOnlyList<int> isr, Action onDone) => onDone();
    }
}
