using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>How long an answer is held back for this broker to follow what was committed.</summary>
internal sealed class MetadataWaitsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource _applied = new();
    private readonly MetadataWaits _waits;

    public MetadataWaitsTests() => _waits = new MetadataWaits(() => _applied.Task, _time);

    [Test]
    public async Task What_concerns_no_replica_does_not_wait_for_replicas()
    {
        var waiting = _waits.UntilPublishedAsync(static image => image.Topics.TryGet("orders", out _), CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);
        Publish("orders");

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(_applied.Task.IsCompleted, Is.False);
    }

    [Test]
    public async Task What_is_to_be_served_waits_for_replicas()
    {
        Publish("orders");
        var waiting = _waits.UntilServedAsync(static image => image.Topics.TryGet("orders", out _), 30_000, CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);
        _applied.SetResult();

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [TestCase(8_000, 4)]
    [TestCase(30_000, 10)]
    [TestCase(int.MaxValue, 10)]
    [TestCase(-1, 0)]
    public async Task The_caller_is_answered_before_it_gives_up(int timeoutMs, int seconds)
    {
        Publish("orders");
        var waiting = _waits.UntilServedAsync(static image => image.Topics.TryGet("orders", out _), timeoutMs, CancellationToken.None);
        if (seconds > 0)
        {
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.That(waiting.IsCompleted, Is.False);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private void Publish(string topic)
    {
        var delta = new MetadataDelta(MetadataImage.Empty);
        delta.Replay(new TopicRecord { Name = topic, TopicId = new Uuid(1, 2) });
        var image = delta.Apply(MetadataProvenance.Empty);
        _waits.OnMetadataUpdate(delta, image, new LoaderManifest(LoaderManifestKind.LogDelta, image.Provenance, default, 1, 100, TimeSpan.Zero));
    }
}
