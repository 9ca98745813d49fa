using System.Buffers.Binary;
using System.Net;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Records;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Replication;
using Kafka.Modular.Replication.Sessions;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Handlers.Tests.Support;

/// <summary>
/// Produce and fetch from the decoded frame to the encoded reply, on one partition that is led here, without sockets and without the rest of a broker: what a request costs is
/// the same every time.
/// </summary>
internal sealed class RequestPath : IAsyncDisposable
{
    public const string Topic = "orders";
    private const int BrokerId = 1;
    private const string ClientId = "producer-1";
    private const short ProduceVersion = 12;
    private const short FetchVersion = 16;

    private static readonly Uuid s_topicId = new(7, 7);
    private static readonly Uuid s_directoryId = new(1, 1000);

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = false });
    private readonly ConnectionContext _connection = new(
        new ListenerEndPoint("PLAINTEXT", SecurityProtocol.Plaintext, "localhost", 9092),
        new IPEndPoint(IPAddress.Loopback, 9092),
        new IPEndPoint(IPAddress.Loopback, 40_000),
        0);

    private readonly LogManager _logs;
    private readonly ReplicaManager _replicas;
    private readonly RequestDispatcher _dispatcher;

    private RequestPath(LogManager logs, ReplicaManager replicas, MetadataCache metadata, LiveConfiguration configuration, IAuthorizer? authorizer)
    {
        _logs = logs;
        _replicas = replicas;
        var services = new HandlerServices(_pool, TimeProvider.System, NullLogger.Instance) { Access = new AccessControl(authorizer) };
        var sessions = new FetchSessionCache(10, new SeededRandomSource(1), TimeProvider.System);
        _dispatcher = new RequestDispatcher(
            new HandlerCatalog(
            [
                new ProduceHandler(services, replicas, metadata),
                new FetchHandler(services, replicas, metadata, sessions, configuration.Settings<ReplicationSettings>()),
            ]),
            services);
    }

    /// <summary>Opens everything over a store.</summary>
    public static async Task<RequestPath> OpenAsync(IStoragePlugin plugin, string folder, IAuthorizer? authorizer = null)
    {
        var configuration = new LiveConfiguration(NodeConfiguration.Load([ConfigurationSource.Of(Settings(folder))], []).Required);
        var context = new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal));
        var loop = new InlineEventLoop("background", TimeProvider.System);
        var logs = LogManager.Open(new LogManagerOptions
        {
            Store = plugin.CreateStore(context),
            Directories = [folder],
            Time = TimeProvider.System,
            Random = new SeededRandomSource(1),
            Background = loop,
            LoggerFactory = NullLoggerFactory.Instance,
        });
        await logs.StartAsync(static _ => LogConfig.Default, CancellationToken.None);
        var metadata = new MetadataCache();
        var replicas = new ReplicaManager(BrokerId, logs, configuration, new NoController(), new NoController(), loop, NullLogger.Instance, new MetricRegistry());
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(new TopicRecord { Name = Topic, TopicId = s_topicId });
        delta.Replay(new PartitionRecord
        {
            TopicId = s_topicId, PartitionId = 0, Replicas = [(BrokerId)BrokerId], Isr = [(BrokerId)BrokerId], Leader = (BrokerId)BrokerId, LeaderEpoch = 0, PartitionEpoch = 0, Directories = [s_directoryId],
        });
        var image = delta.Apply(MetadataProvenance.Empty with { LastContainedOffset = 1 });
        var manifest = new LoaderManifest(LoaderManifestKind.LogDelta, image.Provenance, default, 1, 0, TimeSpan.Zero);
        metadata.OnMetadataUpdate(delta, image, manifest);
        replicas.OnMetadataUpdate(delta, image, manifest);
        await replicas.WhenAppliedAsync();
        return new RequestPath(logs, replicas, metadata, configuration, authorizer);
    }

    /// <summary>A batch of records with values of 100 bytes.</summary>
    public static byte[] Batch(int records)
    {
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        for (var record = 0; record < records; record++)
            builder.Append(1_700_000_000_000, null, new byte[100]);
        return builder.Build().ToArray();
    }

    /// <summary>The body of a frame that produces a batch.</summary>
    public static byte[] ProduceFrame(byte[] batch, short acks)
    {
        var request = new ProduceRequest { Acks = acks, TimeoutMs = 1000 };
        request.TopicData.Add(new ProduceRequest.TopicProduceData { Name = Topic, PartitionData = [new ProduceRequest.PartitionProduceData { Index = 0, Records = batch }] });
        return Encode(request, ProduceVersion);
    }

    /// <summary>The body of a frame that fetches from an offset, without a session.</summary>
    public static byte[] FetchFrame(long offset, int maximumBytes)
    {
        var request = new FetchRequest { MaxWaitMs = 0, MinBytes = 1, MaxBytes = maximumBytes, SessionEpoch = -1 };
        request.Topics.Add(new FetchRequest.FetchTopic
        {
            TopicId = s_topicId, Partitions = [new FetchRequest.FetchPartition { Partition = 0, FetchOffset = offset, PartitionMaxBytes = maximumBytes }],
        });
        return Encode(request, FetchVersion);
    }

    /// <summary>Has a request answered on this thread; gives the reply's length.</summary>
    public long Answer(byte[] frame)
    {
        var buffer = _pool.Rent(frame.Length);
        frame.CopyTo(buffer.Span);
        var dispatching = _dispatcher.DispatchAsync(_connection, new RequestFrame(buffer, 0), CancellationToken.None);
        if (!dispatching.IsCompletedSuccessfully)
            throw new InvalidOperationException("The request was not answered at once.");
        using var message = dispatching.Result.Message;
        return message?.Length ?? throw new InvalidOperationException("There is no reply.");
    }

    /// <summary>Forgets all records, so that a long run does not fill the store.</summary>
    public async Task ClearAsync()
    {
        if (_replicas.TryGet(new TopicPartition(Topic, 0), out var partition) && partition.Log is { } log)
            await log.TruncateFullyAndStartAtAsync(0, 0, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _replicas.DisposeAsync();
        await _logs.StopAsync(-1, CancellationToken.None);
        await _logs.DisposeAsync();
    }

    private static byte[] Encode(IRequest request, short version)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        MessageFraming.WriteRequest(writer, request, version, correlationId: 1, ClientId);
        return writer.WrittenMemory.ToArray();
    }

    private static Dictionary<string, string> Settings(string folder) => new(StringComparer.Ordinal)
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["controller.listener.names"] = "CONTROLLER",
        ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        ["listeners"] = "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
        ["controller.quorum.bootstrap.servers"] = "localhost:9093",
        ["log.dirs"] = folder,
    };

    /// <summary>There is nothing to tell it: the only replica is in sync, and in the only directory.</summary>
    private sealed class NoController : IIsrChanges, IDirectoryAssignments
    {
        public Task AssignAsync(Uuid topicId, TopicPartition partition, Uuid directoryId, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Request(TopicPartition partition, Uuid topicId, int leaderEpoch, int partitionEpoch, IReadOnlyList<int> isr, Action onDone) => onDone();
    }
}
