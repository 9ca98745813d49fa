using System.Net;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Tests.Support;
using Kafka.Modular.Network.Tls;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Network.Tests.Server;

/// <summary>The lines that peers can provoke: bounded for each address, so that nobody hides another's, and in all.</summary>
internal sealed class ConnectionLogTests
{
    private const int OfOneAddress = 10;
    private const int InAll = 100;

    private static readonly ListenerEndPoint s_listener = new("SSL", SecurityProtocol.Ssl, "localhost", 9094);

    private readonly LogLines _lines = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionLog _log;

    public ConnectionLogTests() => _log = new ConnectionLog(_lines.CreateLogger("test"), _time);

    public static IEnumerable<TestCaseData> Lines { get; } =
    [
        new TestCaseData((ConnectionLog log, ConnectionContext peer) => log.HandshakeFailed(peer, new HandshakeFailure("the cause", " The hint."))) { TestName = "A failed handshake" },
        new TestCaseData((ConnectionLog log, ConnectionContext peer) => log.Malformed(peer, -1, 100)) { TestName = "A malformed frame" },
        new TestCaseData((ConnectionLog log, ConnectionContext peer) => log.Truncated(peer)) { TestName = "A truncated frame" },
        new TestCaseData((ConnectionLog log, ConnectionContext peer) => log.Closed(peer, CloseReason.NotAuthenticated)) { TestName = "A connection that is not authenticated" },
    ];

    [TestCaseSource(nameof(Lines))]
    public void Has_its_line_although_another_address_fails_in_a_loop(Action<ConnectionLog, ConnectionContext> write)
    {
        for (var i = 0; i < 1000; i++)
            write(_log, Peer(1));
        Assert.That(Texts(), Has.Count.EqualTo(OfOneAddress).And.None.Contains("left out"));

        write(_log, Peer(2));
        Assert.That(Texts(), Has.Count.EqualTo(OfOneAddress + 1));
        Assert.That(Texts()[^1], Does.Contain("10.0.0.2").And.Not.Contain("left out"));

        _time.Advance(TimeSpan.FromSeconds(10));
        write(_log, Peer(1));
        Assert.That(Texts()[^1], Does.Contain("10.0.0.1").And.EndsWith(". 990 similar lines were left out."));
    }

    [TestCaseSource(nameof(Lines))]
    public void Does_not_fill_the_disk_from_ten_thousand_addresses(Action<ConnectionLog, ConnectionContext> write)
    {
        for (var i = 0; i < 10_000; i++)
            write(_log, Peer(i));

        Assert.That(Texts(), Has.Count.EqualTo(InAll));
    }

    private static ConnectionContext Peer(int number) =>
        new(s_listener, new IPEndPoint(IPAddress.Loopback, 9094), new IPEndPoint(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 40_000), 0);

    private List<string> Texts() => [.. _lines.All.Select(static line => line.Text)];
}
