using System.Text;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Handlers.Tests.Security;

/// <summary>A broker whose clients have to log in, as alice or bob with PLAIN and as carol with SCRAM.</summary>
internal abstract class SaslFixture
{
    protected const string Password = "alice-s3cret";

    private readonly List<WireClient> _clients = [];

    protected EmbeddedKafka Kafka { get; private set; } = null!;

    protected LogLines Log { get; } = new();

    protected virtual Dictionary<string, string> Configuration => [];

    [SetUp]
    public async Task StartAsync() => Kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions
    {
        PlainUsers = new Dictionary<string, string> { ["alice"] = Password, ["bob"] = "bob-s3cret" },
        ScramUsers = new Dictionary<string, string> { ["carol"] = "carol-s3cret" },
        Configuration = Configuration,
        Loggers = Log,
    });

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
        await Kafka.DisposeAsync();
    }

    protected async Task<WireClient> ConnectAsync()
    {
        var client = await WireClient.ConnectAsync(Kafka.BootstrapServers);
        _clients.Add(client);
        return client;
    }

    protected static Task<SaslHandshakeResponse> HandshakeAsync(WireClient client, string mechanism = "PLAIN", short version = 1)
        => client.SendAsync(new SaslHandshakeRequest { Mechanism = mechanism }, version);

    protected static Task<SaslAuthenticateResponse> TokenAsync(WireClient client, string token, short? version = null)
        => client.SendAsync(new SaslAuthenticateRequest { AuthBytes = Encoding.UTF8.GetBytes(token) }, version);

    /// <summary>Logs in with PLAIN.</summary>
    protected async Task<SaslAuthenticateResponse> LoginAsync(WireClient client, string user = "alice", string password = Password)
    {
        Assert.That((await HandshakeAsync(client)).ErrorCode, Is.EqualTo(ErrorCode.None));
        return await TokenAsync(client, $"\0{user}\0{password}");
    }

    protected static async Task<bool> IsClosedAsync(WireClient client) => await client.ReadFrameAsync() is null;
}
