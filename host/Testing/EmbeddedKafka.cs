using System.Globalization;
using System.Net;
using Kafka.Modular.Authorizer.Acl;
using Kafka.Modular.Compression.Gzip;
using Kafka.Modular.Compression.Lz4;
using Kafka.Modular.Compression.Snappy;
using Kafka.Modular.Compression.Zstd;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Credentials.File;
using Kafka.Modular.Sasl.Plain;
using Kafka.Modular.Sasl.Scram;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Server;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.File;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Testing;

/// <summary>A whole broker inside the process, on a port of its own. Any number of them can run beside each other.</summary>
public sealed class EmbeddedKafka : IAsyncDisposable
{
    private static readonly PluginRegistration[] s_plugins =
    [
        PluginRegistration.Of<MemoryStoragePlugin>(), PluginRegistration.Of<FileStoragePlugin>(), PluginRegistration.Of<GzipCompressionPlugin>(),
        PluginRegistration.Of<SnappyCompressionPlugin>(), PluginRegistration.Of<Lz4CompressionPlugin>(), PluginRegistration.Of<ZstdCompressionPlugin>(),
        PluginRegistration.Of<AclAuthorizerPlugin>(), PluginRegistration.Of<PlainSaslPlugin>(), PluginRegistration.Of<ScramSaslPlugin>(),
        PluginRegistration.Of<FileCredentialPlugin>(),
    ];

    private readonly PluginCatalog _plugins;
    private readonly ILogStore _store;
    private readonly AuthenticationGenerations? _authentication;
    private readonly Func<Broker> _create;
    private Broker _broker;

    private EmbeddedKafka(PluginCatalog plugins, ILogStore store, AuthenticationGenerations? authentication, Func<Broker> create)
    {
        _plugins = plugins;
        _authentication = authentication;
        _store = store;
        _create = create;
        _broker = create();
    }

    /// <summary>What clients take as <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers => _broker.BootstrapServers;

    /// <summary>Where metrics and health are served; empty unless the configuration names <c>http.listeners</c>, as <c>localhost:0</c>.</summary>
    public IReadOnlyList<IPEndPoint> MonitoringEndPoints => _broker.MonitoringEndPoints;

    /// <summary>The cluster's id.</summary>
    public string ClusterId => _broker.ClusterId;

    /// <summary>Starts a broker; when it completes clients can use it.</summary>
    /// <param name="options">How; null takes the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerStartException">It cannot start.</exception>
    /// <exception cref="ConfigurationException">The configuration is not valid.</exception>
    public static Task<EmbeddedKafka> StartAsync(EmbeddedKafkaOptions? options = null, CancellationToken cancellationToken = default)
    {
        // Nothing of the caller's context is to leak into loops and connections that outlive the call.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            return Task.Run(() => StartNewAsync(EmbeddedUsers.Secured(options ?? new EmbeddedKafkaOptions()), cancellationToken), cancellationToken);
    }

    /// <summary>Stops the broker in order and starts it again over the same data. The port may be another one, unless the options name one.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerStartException">It cannot start again.</exception>
    public Task RestartAsync(CancellationToken cancellationToken = default)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return Task.Run(
                async () =>
                {
                    await _broker.DisposeAsync();
                    _broker = _create();
                    await _broker.StartAsync(cancellationToken);
                },
                cancellationToken);
        }
    }

    /// <summary>Stops the broker in order; what it kept in memory is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _authentication?.Dispose();
        await _store.DisposeAsync();
        _plugins.Dispose();
    }

    private static async Task<EmbeddedKafka> StartNewAsync(EmbeddedKafkaOptions options, CancellationToken cancellationToken)
    {
        var loggers = options.Loggers ?? NullLoggerFactory.Instance;
        var sources = new[] { ConfigurationSource.Of(Defaults(options)), ConfigurationSource.Of(EmbeddedUsers.Configuration(options)), ConfigurationSource.Of(options.Configuration) };
        var plugins = new PluginCatalog(PluginSelection.Read(sources) with { Path = [] }, s_plugins, loggers);
        var configuration = NodeConfiguration.Load(sources, plugins.Keys).Required;
        var store = plugins.CreateStore(configuration, options.Time);
        var codecs = plugins.CreateCodecs(configuration, options.Time);
        var authentication = await plugins.LoadAuthenticationAsync(1, configuration, options.Time, cancellationToken) is { } first ? new AuthenticationGenerations(first) : null;
        var kafka = new EmbeddedKafka(plugins, store, authentication, () => Broker.Create(new BrokerParts
        {
            Configuration = configuration,
            Store = store,
            Codecs = codecs,
            Authorizer = options.Authorizer ?? plugins.CreateAuthorizer(configuration, options.Time),
            Authentication = authentication,
            FirstScramUsers = EmbeddedUsers.Scram(options),
            Loggers = loggers,
            Time = options.Time,
            FormatsIfEmpty = true,
        }));
        try
        {
            await kafka._broker.StartAsync(cancellationToken);
            return kafka;
        }
        catch
        {
            await kafka.DisposeAsync();
            throw;
        }
    }

    private static Dictionary<string, string> Defaults(EmbeddedKafkaOptions options) => new(StringComparer.Ordinal)
    {
        ["process.roles"] = "broker,controller",
        ["node.id"] = "1",
        ["controller.listener.names"] = "CONTROLLER",
        ["listener.security.protocol.map"] = $"{options.SecurityProtocol}:{options.SecurityProtocol},CONTROLLER:PLAINTEXT",
        // Without a listener of the name PLAINTEXT brokers have to be told which one is theirs.
        [options.SecurityProtocol == "PLAINTEXT" ? "security.inter.broker.protocol" : "inter.broker.listener.name"] = options.SecurityProtocol,
        ["listeners"] = string.Create(CultureInfo.InvariantCulture, $"{options.SecurityProtocol}://localhost:{options.Port},CONTROLLER://localhost:0"),
        ["controller.quorum.bootstrap.servers"] = "localhost:9093",
        ["log.dirs"] = options.Directory ?? "memory",
        ["plugins.storage"] = options.Directory is null ? "memory" : "file",
        ["num.partitions"] = options.DefaultPartitions.ToString(CultureInfo.InvariantCulture),
        ["offsets.topic.num.partitions"] = options.OffsetsPartitions.ToString(CultureInfo.InvariantCulture),
        ["offsets.topic.replication.factor"] = "1",
        ["transaction.state.log.replication.factor"] = "1",
        ["transaction.state.log.min.isr"] = "1",
        ["share.coordinator.state.topic.replication.factor"] = "1",
        ["share.coordinator.state.topic.min.isr"] = "1",
        ["group.initial.rebalance.delay.ms"] = "0",
        ["group.coordinator.threads"] = "1",
        ["http.listeners"] = "",
    };
}
