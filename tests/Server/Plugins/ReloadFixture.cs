using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Server.Tests.Support;
using Kafka.Modular.Storage.Memory;

namespace Kafka.Modular.Server.Tests.Plugins;

/// <summary>A broker whose clients log in with PLAIN of the sample plugin, which a test replaces while it runs.</summary>
internal sealed class ReloadFixture : IAsyncDisposable
{
    private static readonly string s_samples = Path.Combine(PluginFolders.Repository, "tests", "SamplePlugin", "bin", PluginFolders.Configuration);

    private readonly LogRecorder _log = new();
    private readonly List<WireClient> _clients = [];
    private ServerConfiguration? _configuration;

    public PluginFolders Folders { get; } = new();

    public PluginReloads Plugins { get; private set; } = null!;

    public Broker Broker { get; private set; } = null!;

    public string ConfigurationFile => Path.Combine(Folders.Root, "server.yaml");

    public string UsersFile => Path.Combine(Folders.Root, "users.yaml");

    public string Sample => Folders.Folder("Sample");

    public IReadOnlyList<string> Log => _log.Lines;

    public static async Task<ReloadFixture> StartAsync()
    {
        var fixture = new ReloadFixture();
        fixture.Install("1.0.0");
        File.WriteAllText(fixture.UsersFile, "alice: alice-secret\nbob: bob-secret\n");
        fixture.Configure();
        fixture._configuration = fixture.Read();
        fixture.Plugins = await PluginReloads.LoadAsync(fixture._configuration, fixture.Read, TimeProvider.System, fixture._log, CancellationToken.None);
        fixture.Plugins.DrainTime = TimeSpan.Zero;
        var node = fixture._configuration.Result.Required;
        fixture.Broker = Broker.Create(new BrokerParts
        {
            Configuration = node,
            Store = fixture._configuration.Plugins.CreateStore(node, TimeProvider.System),
            Codecs = fixture._configuration.Plugins.CreateCodecs(node, TimeProvider.System),
            Authorizer = fixture.Plugins.Authorizer,
            Authentication = fixture.Plugins.Authentication,
            Loggers = fixture._log,
            FormatsIfEmpty = true,
        });
        fixture.Plugins.Attach(fixture.Broker);
        await fixture.Broker.StartAsync(CancellationToken.None);
        return fixture;
    }

    /// <summary>Writes the configuration file.</summary>
    public void Configure(string superUsers = "User:alice", string more = "") => File.WriteAllText(ConfigurationFile, $"""
        process.roles: broker,controller
        node.id: 1
        listeners: SASL_PLAINTEXT://localhost:0,CONTROLLER://localhost:0
        controller.listener.names: CONTROLLER
        listener.security.protocol.map: SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT
        inter.broker.listener.name: SASL_PLAINTEXT
        controller.quorum.bootstrap.servers: localhost:9093
        sasl.enabled.mechanisms: PLAIN
        sasl.mechanism.inter.broker.protocol: PLAIN
        log.dirs: memory
        plugins.storage: memory
        plugins.compression: []
        plugins.path: [{Folders.Plugins}, {PluginFolders.Built}]
        plugins.authorizer: acl
        super.users: "{superUsers}"
        sample.users.file: {UsersFile}
        offsets.topic.num.partitions: 1
        offsets.topic.replication.factor: 1
        group.initial.rebalance.delay.ms: 0
        http.listeners: []
        {more}
        """);

    /// <summary>Writes a version of the sample over what is in its folder, file by file.</summary>
    public void Install(string version) => Install(version, Sample);

    public static void Install(string version, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(Path.Combine(s_samples, version)))
        {
            using var source = File.OpenRead(file);
            using var target = new FileStream(Path.Combine(folder, Path.GetFileName(file)), FileMode.Create, FileAccess.Write);
            source.CopyTo(target);
        }
    }

    public Task<PluginReport> ReloadAsync() => Plugins.ReloadAsync(CancellationToken.None);

    public async Task<WireClient> ConnectAsync()
    {
        var client = await WireClient.ConnectAsync(Broker.BootstrapServers);
        _clients.Add(client);
        var handshake = await client.SendAsync(new SaslHandshakeRequest { Mechanism = "PLAIN" }, 1);
        Assert.That(handshake.ErrorCode, Is.EqualTo(ErrorCode.None));
        return client;
    }

    public static async Task<ErrorCode> TokenAsync(WireClient client, string user, string password)
        => (await client.SendAsync(new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes($"\0{user}\0{password}") }, 2)).ErrorCode;

    public async Task<WireClient> LoginAsync(string user = "alice")
    {
        var client = await ConnectAsync();
        Assert.That(await TokenAsync(client, user, $"{user}-secret"), Is.EqualTo(ErrorCode.None));
        return client;
    }

    /// <summary>Waits until no older generation is in memory.</summary>
    public async Task WaitUntilUnloadedAsync(int old = 0)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Plugins.OldCount > old)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await Broker.DisposeAsync();
        Plugins.Dispose();
        _configuration!.Dispose();
        Folders.Dispose();
    }

    private ServerConfiguration Read() => ServerConfiguration.Load(ConfigurationFile, [], _log, [PluginRegistration.Of<MemoryStoragePlugin>()]);
}
