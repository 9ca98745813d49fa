using Kafka.Modular.Network.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Network.Tests;

public sealed class ConnectionKindsTests
{
    [Test]
    public void A_kind_is_there_as_long_as_a_connection_of_it_is()
    {
        var kinds = new ConnectionKinds();
        var kind = new ConnectionKind("librdkafka", "2.6.0");
        Assert.That(kinds.TryAdd(kind) && kinds.TryAdd(new("librdkafka", "2.6.0")));
        Assert.That(kinds.Read(), Is.EqualTo([(kind, 2)]));
        kinds.Remove(kind);
        kinds.Remove(kind);
        Assert.That(kinds.Read(), Is.Empty);
    }

    [Test]
    public void Clients_cannot_make_any_number_of_kinds_nor_long_ones()
    {
        var kinds = new ConnectionKinds();
        Assert.That(Enumerable.Range(0, 1000).Count(number => kinds.TryAdd(new($"client-{number}", "1"))), Is.EqualTo(100));
        kinds.Remove(new("client-7", "1"));
        Assert.That(kinds.TryAdd(new(new string('x', 201), "1")), Is.False);
        Assert.That(kinds.TryAdd(new("another", "1")));
    }

    [Test]
    public void Latencies_are_those_of_the_last_minute()
    {
        var time = new FakeTimeProvider();
        var latency = new RecentLatency(time);
        Assert.That(latency.Read(), Is.Null);
        latency.Observe(10);
        latency.Observe(30);
        time.Advance(TimeSpan.FromSeconds(31));
        latency.Observe(2);
        Assert.That(latency.Read(), Is.EqualTo((30.0, 14.0)));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.That(latency.Read(), Is.EqualTo((2.0, 2.0)));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.That(latency.Read(), Is.Null);
    }
}
