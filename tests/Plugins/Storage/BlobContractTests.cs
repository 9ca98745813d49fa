using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Plugins.Tests.Storage;

[TestFixture(StoreKind.File)]
[TestFixture(StoreKind.FileSimulated)]
[TestFixture(StoreKind.Memory)]
public sealed class BlobContractTests(StoreKind kind) : IDisposable
{
    private readonly StoreHarness _harness = new(kind);

    private IBlobStore Blobs => _harness.Log.Blobs;

    public void Dispose() => _harness.Dispose();

    [Test]
    public void A_blob_is_put_read_replaced_and_deleted()
    {
        Assert.That(Blobs.Read("meta.properties"), Is.Null);
        Blobs.Put("meta.properties", "one"u8, durable: true);
        Blobs.Put("meta.properties", "three"u8, durable: false);
        Blobs.Flush("meta.properties");
        Blobs.Flush("missing");
        Assert.That(Blobs.Read("meta.properties"), Is.EqualTo("three"u8.ToArray()));
        Assert.That(Blobs.GetLength("meta.properties"), Is.EqualTo(5));
        Assert.That(Blobs.Contains("meta.properties"));
        Assert.That(Blobs.Delete("meta.properties"), Is.True);
        Assert.That(Blobs.Delete("meta.properties"), Is.False);
        Assert.That(Blobs.GetLength("meta.properties"), Is.EqualTo(-1));
    }

    [Test]
    public void Blobs_of_the_directory_and_of_partitions_are_apart_and_survive_a_restart()
    {
        Blobs.Put("recovery-point-offset-checkpoint", [1], durable: true);
        var partition = _harness.OpenPartition();
        partition.CreateSegment(0).Append(0, 10);
        partition.Blobs.Put("partition.metadata", [2], durable: true);
        partition.Blobs.Put("00000000000000000001.snapshot", [3], durable: false);
        _harness.Restart();
        Assert.That(Blobs.List(), Is.EqualTo(new[] { "recovery-point-offset-checkpoint" }));
        var again = _harness.OpenPartition();
        Assert.That(again.Blobs.List(), Is.EqualTo(new[] { "00000000000000000001.snapshot", "partition.metadata" }));
        Assert.That(again.Blobs.Read("partition.metadata"), Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public void A_put_carries_the_time_of_the_clock()
    {
        Blobs.Put("a", [1], durable: false);
        Assert.That(Blobs.GetLastModified("a"), Is.EqualTo(_harness.Clock.GetUtcNow()));
        _harness.Clock.Advance(TimeSpan.FromHours(1));
        Blobs.Put("a", [1], durable: true);
        Assert.That(Blobs.GetLastModified("a"), Is.EqualTo(_harness.Clock.GetUtcNow()));
        Assert.That(Blobs.GetLastModified("b"), Is.Null);
    }

    [Test]
    public void A_lease_on_a_blob_keeps_the_old_content_when_it_is_replaced_or_deleted()
    {
        Blobs.Put("snapshot", "0123456789"u8, durable: false);
        using var lease = Blobs.Lease("snapshot", 4, 100)!;
        Blobs.Put("snapshot", "x"u8, durable: false);
        Blobs.Delete("snapshot");
        Assert.That(lease.ToArray(), Is.EqualTo("456789"u8.ToArray()));
        Assert.That(Blobs.Lease("snapshot", 0, 1), Is.Null);
    }

    [Test]
    public void A_written_blob_appears_when_it_is_committed_and_not_before()
    {
        using (var writer = Blobs.OpenWriter("bootstrap.checkpoint"))
        {
            writer.Append("ab"u8);
            writer.Append("cd"u8);
            Assert.That(writer.Length, Is.EqualTo(4));
            Assert.That(Blobs.Contains("bootstrap.checkpoint"), Is.False);
            Assert.That(Blobs.List(), Is.Empty);
            writer.Commit();
        }

        Assert.That(Blobs.Read("bootstrap.checkpoint"), Is.EqualTo("abcd"u8.ToArray()));
        using (var dropped = Blobs.OpenWriter("bootstrap.checkpoint"))
            dropped.Append("no"u8);
        Assert.That(Blobs.Read("bootstrap.checkpoint"), Is.EqualTo("abcd"u8.ToArray()));
    }
}
