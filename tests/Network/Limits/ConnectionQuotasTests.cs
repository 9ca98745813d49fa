using System.Net;
using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Limits;
using Kafka.Modular.Network.Listeners;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Network.Tests.Limits;

public sealed class ConnectionQuotasTests
{
    private const string Clients = "CLIENTS";
    private const string Brokers = "BROKERS";

    private static readonly IPAddress _one = IPAddress.Parse("10.0.0.1");
    private static readonly IPAddress _two = IPAddress.Parse("fd00::2");

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationToken _token = CancellationToken.None;

    [Test]
    public async Task An_address_has_its_own_limit_and_the_next_one_is_refused_at_once()
    {
        var quotas = NewQuotas(new ConnectionLimits { MaximumPerAddress = 2 });
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
        Assert.That(await quotas.AdmitAsync(Brokers, _one, _token));
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token), Is.False);
        Assert.That(await quotas.AdmitAsync(Clients, _two, _token), "another address");
        Assert.That(quotas.Total, Is.EqualTo(3));

        quotas.Release(Clients, _one);
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
    }

    [Test]
    public async Task Overrides_win_over_the_limit_of_addresses()
    {
        var quotas = NewQuotas(new ConnectionLimits { MaximumPerAddress = 0, MaximumOfAddress = new Dictionary<IPAddress, int> { [_two] = 1 } });

        Assert.That(await quotas.AdmitAsync(Clients, _one, _token), Is.False);
        Assert.That(await quotas.AdmitAsync(Clients, _two, _token));
        Assert.That(await quotas.AdmitAsync(Clients, _two, _token), Is.False);
    }

    [Test]
    public async Task Over_the_limit_of_the_broker_accepting_waits_for_a_connection_to_end()
    {
        var quotas = NewQuotas(new ConnectionLimits { Maximum = 1 });
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
        var second = quotas.AdmitAsync(Clients, _two, _token).AsTask();
        Assert.That(second.IsCompleted, Is.False);

        quotas.Release(Clients, _one);
        Assert.That(await second);
        Assert.That(quotas.Total, Is.EqualTo(1));
    }

    [Test]
    public async Task The_inter_broker_listener_is_spared_and_the_excess_is_told()
    {
        var quotas = NewQuotas(new ConnectionLimits { Maximum = 1 });
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
        Assert.That(quotas.Excess, Is.Zero);
        Assert.That(await quotas.AdmitAsync(Brokers, _one, _token));

        Assert.That(quotas.Excess, Is.EqualTo(1));
        Assert.That((quotas.IsProtected(Brokers), quotas.IsProtected(Clients)), Is.EqualTo((true, false)));
    }

    [Test]
    public void An_inter_broker_listener_that_is_the_only_one_is_not_spared() =>
        Assert.That(new ConnectionQuotas(new ConnectionLimits(), [Brokers], Brokers, _time).IsProtected(Brokers), Is.False);

    [Test]
    public async Task A_listener_has_a_limit_of_its_own()
    {
        var quotas = NewQuotas(new ConnectionLimits { MaximumOfListener = new Dictionary<string, int> { [Clients] = 1 } });
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
        var waiting = quotas.AdmitAsync(Clients, _one, _token).AsTask();
        Assert.That(await quotas.AdmitAsync(Brokers, _one, _token));
        Assert.That(waiting.IsCompleted, Is.False);

        quotas.Update(new ConnectionLimits());
        Assert.That(await waiting, "a change of the limits is seen by those who wait");
        Assert.That(quotas.CountOf(Clients), Is.EqualTo(2));
    }

    [Test]
    public async Task Over_the_rate_accepting_waits()
    {
        var quotas = NewQuotas(new ConnectionLimits { Rate = 1 });
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
        }

        var waiting = quotas.AdmitAsync(Clients, _one, _token).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(await quotas.AdmitAsync(Brokers, _one, _token), "the inter-broker listener is spared");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await waiting);
    }

    [Test]
    public async Task The_rate_of_a_listener_holds_for_the_inter_broker_listener_too()
    {
        var quotas = NewQuotas(new ConnectionLimits { RateOfListener = new Dictionary<string, int> { [Brokers] = 1 } });
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await quotas.AdmitAsync(Brokers, _one, _token));
        }

        Assert.That(quotas.AdmitAsync(Brokers, _one, _token).AsTask().IsCompleted, Is.False);
    }

    [Test]
    public async Task A_cancelled_wait_counts_nothing()
    {
        var quotas = NewQuotas(new ConnectionLimits { Maximum = 1 });
        Assert.That(await quotas.AdmitAsync(Clients, _one, _token));
        using var cancellation = new CancellationTokenSource();
        var waiting = quotas.AdmitAsync(Clients, _one, cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(quotas.Total, Is.EqualTo(1));
    }

    [Test]
    public async Task Limits_are_read_from_settings()
    {
        var settings = new NetworkSettings
        {
            MaxConnections = 7,
            MaxConnectionsPerIp = 3,
            MaxConnectionCreationRate = 9,
            MaxConnectionsPerIpOverrides = "localhost:5, 10.0.0.1:6,[fd00::2]:8",
        };
        var limits = await ConnectionLimits.ReadAsync(
            settings, new Dictionary<string, NetworkSettings> { [Clients] = new() { MaxConnections = 2 } }, new MemoryNetwork(), _token);

        Assert.That((limits.Maximum, limits.MaximumPerAddress, limits.Rate), Is.EqualTo((7, 3, 9)));
        Assert.That(limits.MaximumOfListener, Is.EqualTo(new Dictionary<string, int> { [Clients] = 2 }));
        Assert.That(limits.RateOfListener, Is.EqualTo(new Dictionary<string, int> { [Clients] = int.MaxValue }));
        Assert.That(limits.MaximumOfAddress, Is.EquivalentTo(new Dictionary<IPAddress, int>
        {
            [IPAddress.Loopback] = 5,
            [IPAddress.IPv6Loopback] = 5,
            [_one] = 6,
            [_two] = 8,
        }));
    }

    [TestCase("host")]
    [TestCase("host:x")]
    [TestCase("host:-1")]
    [TestCase(":1")]
    [TestCase("no-such-host:1")]
    public void An_override_that_cannot_be_read_is_named(string text) =>
        Assert.That(
            async () => await ConnectionLimits.ReadAsync(
                new NetworkSettings { MaxConnectionsPerIpOverrides = text }, new Dictionary<string, NetworkSettings>(), new MemoryNetwork(), _token),
            Throws.TypeOf<ListenerException>().With.Message.Contains("max.connections.per.ip.overrides"));

    private ConnectionQuotas NewQuotas(ConnectionLimits limits) => new(limits, [Clients, Brokers], Brokers, _time);
}
