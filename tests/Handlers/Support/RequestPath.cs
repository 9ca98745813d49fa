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
using Kafka.Modular.Handlers.Security;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Replication;
using Kafka.Modular.Replication.Sessions;
using Kafka.Modular.Sasl.Plain;
using Kafka.Modular.Security.Authentication;
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

    // That of clients that do not log in, so that the same ACLs are about it.
    private static readonly string User = KafkaPrincipal.Anonymous.Name;
    private const int BrokerId = 1;
    private const string ClientId = "producer-1";
    private const short ProduceVersion = 12;
    private const short FetchVersion = 16;

    private static readonly Uuid s_topicId = new(7, 7);
    private static readonly Uuid s_directoryId = new(1, 1000);

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = false });
    private readonly ConnectionContext _connection;
    private readonly LogManager _logs;
    private readonly ReplicaManager _replicas;
    private readonly IRequestDispatcher _dispatcher;

    private RequestPath(LogManager logs, ReplicaManager replicas, MetadataCache metadata, LiveConfiguration configuration, IAuthorizer? authorizer)
    {
        var listener = configuration.Node.Listeners.All[0];
        _connection = new ConnectionContext(
            new ListenerEndPoint(listener.Name, listener.Protocol, "localhost", 9092), new IPEndPoint(IPAddress.Loopback, 9092), new IPEndPoint(IPAddress.Loopback, 40_000), 0);
        _logs = logs;
        _replicas = replicas;
        var services = new HandlerServices(_pool, TimeProvider.System, NullLogger.Instance) { Access = new AccessControl(authorizer) };
        var sessions = new FetchSessionCache(10, new SeededRandomSource(1), TimeProvider.System);
        var catalog = new HandlerCatalog(
        [
            new ProduceHandler(services, replicas, metadata),
            new FetchHandler(services, replicas, metadata, sessions, configuration.Settings<ReplicationSettings>()),
            new SaslHandshakeHandler(services),
            new SaslAuthenticateHandler(services),
        ]);
        _dispatcher = new RequestDispatcher(catalog, services);
        if (listener.Protocol.UsesSasl())
            _dispatcher = LogIn(_dispatcher, catalog, services, configuration);
    }

    // The gate stands before the handlers, and the connection's client has passed it.
    private AuthenticationGate LogIn(IRequestDispatcher requests, HandlerCatalog catalog, HandlerServices services, LiveConfiguration configuration)
    {
        var plain = new PlainSaslPlugin().CreateMechanism("PLAIN", new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal)));
        var authentication = new SaslAuthentication([(_connection.Listener.Name, false)], new SaslAuthenticationParts
        {
            Settings = (name, mechanism) => configuration.Settings<SaslSettings>(name, mechanism).Current,
            Generations = new AuthenticationGenerations(new AuthenticationGeneration(1, [plain], [], [])),
            ServerSecret = new byte[64],
            Time = TimeProvider.System,
            Logger = NullLogger.Instance,
        });
        var gate = new AuthenticationGate(new AuthenticationGateServices(services, catalog, authentication, static () => TimeSpan.Zero), requests);
        gate.OnConnected(_connection);
        Answer(gate, Encode(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1));
        Answer(gate, Encode(new SaslAuthenticateRequest { AuthBytes = System.Text.Encoding.UTF8.GetBytes($"\0{User}\0secret") }, 2));
        return _connection.IsAuthenticated ? gate : throw new InvalidOperationException("The login failed.");
    }

    /// <summary>Opens everything over a store.</summary>
    /// <param name="plugin">Of the store.</param>
    /// <param name="folder">Its directory.</param>
    /// <param name="authorizer">Who decides, or null for nobody.</param>
    /// <param name="sessionMs">Where the client logs in with SASL: the lifetime of its session, 0 for one without an end. Null for a client that does not log in.</param>
    public static async Task<RequestPath> OpenAsync(IStoragePlugin plugin, string folder, IAuthorizer? authorizer = null, int? sessionMs = null)
    {
        var configuration = new LiveConfiguration(NodeConfiguration.Load([ConfigurationSource.Of(Settings(folder, sessionMs))], []).Required);
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
    public long Answer(byte[] frame) => Answer(_dispatcher, frame);

    private long Answer(IRequestDispatcher dispatcher, byte[] frame)
    {
        var buffer = _pool.Rent(frame.Length);
        frame.CopyTo(buffer.Span);
        var dispatching = dispatcher.DispatchAsync(_connection, new RequestFrame(buffer, 0), CancellationToken.None);
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

    private static Dictionary<string, string> Settings(string folder, int? sessionMs)
    {
        var listener = sessionMs is null ? "PLAINTEXT" : "SASL_PLAINTEXT";
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.listener.names"] = "CONTROLLER",
            ["listener.security.protocol.map"] = $"{listener}:{listener},CONTROLLER:PLAINTEXT",
            ["inter.broker.listener.name"] = listener,
            ["listeners"] = $"{listener}://localhost:0,CONTROLLER://localhost:0",
            ["controller.quorum.bootstrap.servers"] = "localhost:9093",
            ["log.dirs"] = folder,
        };
        if (sessionMs is { } lifetime)
        {
            settings["sasl.enabled.mechanisms"] = settings["sasl.mechanism.inter.broker.protocol"] = "PLAIN";
            settings["listener.name.sasl_plaintext.plain.sasl.jaas.config"] = $"org.apache.kafka.common.security.plain.PlainLoginModule required user_{User}=\"secret\";";
            settings["connections.max.reauth.ms"] = $"{lifetime}";
        }

        return settings;
    }

    /// <summary>There is nothing to tell it: the only replica is in sync, and in the only directory.</summary>
    private sealed class NoController : IIsrChanges, IDirectoryAssignments
    {
        public Task AssignAsync(Uuid topicId, TopicPartition partition, Uuid directoryId, CancellationToken cancellationToken) => Task.CompletedTask;

        public void Request(TopicPartition partition, Uuid topicId, int leaderEpoch, int partitionEpoch, IReadOnlyList<int> isr, Action onDone) => onDone();
    }
}
