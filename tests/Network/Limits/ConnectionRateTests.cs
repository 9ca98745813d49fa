using Kafka.Modular.Network.Limits;

namespace Kafka.Modular.Network.Tests.Limits;

public sealed class ConnectionRateTests
{
    private readonly ConnectionRate _rate = new();

    [Test]
    public void A_burst_passes_up_to_the_mean_of_the_window()
    {
        // Ten seconds of the window count even if they are empty: 5 a second are 50 at once.
        var waits = Enumerable.Range(0, 60).Select(_ => _rate.Record(5, 0)).ToList();

        Assert.That(waits.Take(50), Is.All.Zero);
        Assert.That(waits.Skip(50), Is.All.Positive.And.All.LessThanOrEqualTo(1000));
    }

    [Test]
    public void The_wait_is_what_brings_the_mean_back_to_the_limit()
    {
        for (var i = 0; i < 100; i++)
        {
            _rate.Record(10, 0);
        }

        // 101 connections in 10 s are 10.1 a second: (10.1 - 10) / 10 of 10 s.
        Assert.That(_rate.Record(10, 0), Is.EqualTo(100));
    }

    [Test]
    public void A_steady_stream_within_the_limit_never_waits() =>
        Assert.That(Enumerable.Range(0, 1000).Select(i => _rate.Record(11, i * 100)), Is.All.Zero);

    [Test]
    public void Old_connections_are_forgotten()
    {
        for (var i = 0; i < 500; i++)
        {
            _rate.Record(5, 0);
        }

        Assert.That(_rate.Record(5, 1_000), Is.Positive);
        Assert.That(_rate.Record(5, 12_000), Is.Zero);
    }

    [Test]
    public void Without_limit_nothing_waits() =>
        Assert.That(Enumerable.Range(0, 1000).Select(_ => _rate.Record(int.MaxValue, 0)), Is.All.Zero);
}
