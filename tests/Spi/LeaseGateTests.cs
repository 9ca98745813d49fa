using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Spi.Tests;

internal sealed class LeaseGateTests
{
    private readonly LeaseGate _gate = new();

    [Test]
    public async Task Draining_waits_for_the_leases_that_reach_beyond_the_position()
    {
        var length = 100;
        Assert.That(_gate.TryEnter(0, ref length, out var early), Is.True);
        length = 100;
        Assert.That(_gate.TryEnter(200, ref length, out var late), Is.True);
        var draining = _gate.DrainAsync(150, CancellationToken.None);
        Assert.That(draining.IsCompleted, Is.False);
        _gate.Exit(early);
        _gate.Exit(late);
        await draining;
        Assert.That(_gate.Count, Is.Zero);
    }

    [Test]
    public async Task Draining_waits_for_nobody_who_reads_below()
    {
        var length = 100;
        Assert.That(_gate.TryEnter(0, ref length, out var lease), Is.True);
        await _gate.DrainAsync(100, CancellationToken.None);
        _gate.Exit(lease);
    }

    [Test]
    public void A_lease_that_begins_while_it_drains_is_cut_at_the_position()
    {
        var length = 300;
        Assert.That(_gate.TryEnter(0, ref length, out var before), Is.True);
        var draining = _gate.DrainAsync(150, CancellationToken.None);
        length = 300;
        Assert.That(_gate.TryEnter(100, ref length, out var during), Is.True);
        Assert.That(length, Is.EqualTo(50));
        _gate.Exit(during);
        _gate.Exit(before);
        Assert.That(draining.IsCompleted, Is.True);
    }
}
