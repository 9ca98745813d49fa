using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Conformance.Broker;

/// <summary>
/// The real executable, <c>kafka-modular serve --config FILE</c>, with a folder and ports of its own that it keeps over stops, kills and
/// starts. Ready when it says so in its log, which it does once the listener accepts and the metadata is loaded.
/// </summary>
internal sealed partial class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-").FullName;
    private readonly string _configuration;
    private ChildProcess? _process;

    private readonly Dictionary<string, string> _bootstraps = [];

    /// <summary>Makes a broker; it does not run yet.</summary>
    /// <param name="protocol">Security protocol of the listener for clients, which has its name.</param>
    /// <param name="more">More of the configuration file; it ends with a line break.</param>
    public BrokerProcess(string protocol = "PLAINTEXT", string more = "")
        : this([(protocol, protocol)], more)
    {
    }

    /// <summary>Makes a broker with several listeners for clients; the first is that of brokers too.</summary>
    /// <param name="listeners">Their names and security protocols.</param>
    /// <param name="more">More of the configuration file; it ends with a line break.</param>
    public BrokerProcess(IReadOnlyList<(string Name, string Protocol)> listeners, string more)
    {
        foreach ((string name, _) in listeners)
        {
            _bootstraps.Add(name, string.Create(CultureInfo.InvariantCulture, $"localhost:{FreePort.Take()}"));
        }

        int controllerPort = FreePort.Take();
        string addresses = string.Join(", ", listeners.Select(listener => $"{listener.Name}://{BootstrapOf(listener.Name)}"));
        string protocols = string.Join(", ", listeners.Select(static listener => $"{listener.Name}:{listener.Protocol}"));
        Bootstrap = BootstrapOf(listeners[0].Name);
        _configuration = Path.Combine(_folder, "broker.yaml");
        File.WriteAllText(
            _configuration,
            $"""
            process.roles: [broker, controller]
            node.id: 1
            listeners: [{addresses}, CONTROLLER://localhost:{controllerPort}]
            advertised.listeners: [{addresses}]
            listener.security.protocol.map: [{protocols}, CONTROLLER:PLAINTEXT]
            inter.broker.listener.name: {listeners[0].Name}
            controller.listener.names: [CONTROLLER]
            controller.quorum.bootstrap.servers: [localhost:{controllerPort}]
            log.dirs: [{DataFolder}]
            num.partitions: 6
            offsets.topic.replication.factor: 1
            transaction.state.log.replication.factor: 1
            transaction.state.log.min.isr: 1
            group.initial.rebalance.delay.ms: 0
            {more}
            """);
    }

    /// <summary>Users of SCRAM that it has from the beginning, as <c>format --add-scram</c> takes them.</summary>
    public IReadOnlyList<string> ScramUsers { get; init; } = [];

    public string Bootstrap { get; }

    /// <summary>Where clients of a listener find it.</summary>
    public string BootstrapOf(string listener) => _bootstraps[listener];

    /// <summary>The file that it is started with.</summary>
    public string ConfigurationFile => _configuration;

    /// <summary>Variables that its processes have beside those of the tests.</summary>
    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string DataFolder => Path.Combine(_folder, "data");

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The broker was not started.");

    /// <summary>Starts it, on what an earlier run left behind if there was one, and returns when it is ready.</summary>
    public async Task StartAsync()
    {
        string program = BuildOutput.Program("host/Cli", "kafka-modular");
        if (!Directory.Exists(DataFolder))
        {
            await using ChildProcess format = ChildProcess.Start(
                "kafka-modular format", program,
                ["format", "--config", _configuration, "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--standalone", .. ScramUsers.SelectMany(static user => new[] { "--add-scram", user })], _folder, Environment);
            int exitCode = await format.ExitAsync(s_startLimit);
            Assert.That(exitCode, Is.Zero, format.Output);
        }

        _process = ChildProcess.Start("kafka-modular", program, ["serve", "--config", _configuration], _folder, Environment);
        await _process.LineAsync("the line that says it is ready", line => Ready().IsMatch(line), s_startLimit);
    }

    /// <summary>Starts it with a configuration that it cannot run with, and returns what it said.</summary>
    public async Task<string> FailToStartAsync()
    {
        string program = BuildOutput.Program("host/Cli", "kafka-modular");
        foreach (string[] arguments in new string[][] { ["format", "--config", _configuration, "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--standalone"], ["serve", "--config", _configuration] })
        {
            await using ChildProcess process = ChildProcess.Start("kafka-modular " + arguments[0], program, arguments, _folder, Environment);
            if (await process.ExitAsync(s_startLimit) != 0)
            {
                return process.AllOutput;
            }
        }

        throw new AssertionException("It ran and ended well.");
    }

    /// <summary>Ends it as systemd does.</summary>
    public async Task StopAsync()
    {
        Process.SendTerminate();
        int exitCode = await Process.ExitAsync(s_stopLimit);
        Assert.That(exitCode, Is.Zero.Or.EqualTo(143), Process.Output);
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (TestContext.CurrentContext.Result.FailCount > 0)
            {
                TestContext.Out.WriteLine($"--- the broker's last lines\n{_process.Output}");
            }

            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"\bReady: node\b")]
    private static partial Regex Ready();
}
