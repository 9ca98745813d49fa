using Kafka.Modular.Core.Ids;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Raft.Tests.Support;
using Kafka.Modular.Raft.Voters;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Raft.Tests.Logs;

public sealed class RaftBatchTests
{
    private static readonly VoterSet Two = new(
    [
        new(new(1, new Uuid(1, 1)), new([new("A", new("a", 1)), new("B", new("b", 65535))]), 0, 1),
        new(new(2, new Uuid(1, 2)), RaftEndpoints.Of("A", "c", 2), 1, 2),
    ]);

    [Test]
    public void Control_records_are_read_as_they_were_written()
    {
        RaftControlRecord[] records =
        [
            new LeaderChangeControl(2, [new(1, Uuid.Zero), new(2, Uuid.Zero)], [new(2, Uuid.Zero)]),
            new KRaftVersionControl(1),
            new VotersControl(Two),
            new SnapshotHeaderControl(77),
            new SnapshotFooterControl(),
        ];
        var batch = RaftBatchReader.ReadBatches(RaftBatchWriter.WriteControl(40, 6, 5, records), out var isCorrupt).Single();
        Assert.That(isCorrupt, Is.False);
        Assert.That((batch.BaseOffset, batch.LastOffset, batch.Epoch), Is.EqualTo((40, 44, 6)));
        Assert.That(batch.Control.Skip(1), Is.EqualTo(records.Skip(1)));
        var leader = (LeaderChangeControl)batch.Control[0];
        Assert.That(leader.LeaderId, Is.EqualTo(2));
        Assert.That(leader.Voters.Select(voter => voter.Id), Is.EqualTo([1, 2]));
        Assert.That(leader.GrantingVoters.Single().Id, Is.EqualTo(2));
    }

    [Test]
    public void A_flipped_bit_anywhere_in_what_the_checksum_covers_is_noticed()
    {
        var good = RaftBatchWriter.WriteControl(0, 1, 5, [new VotersControl(Two)]).ToArray();
        // The checksum begins to count at the attributes.
        for (var i = 21; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 4;
            Assert.That(RaftBatchReader.ReadBatches(bad, out var isCorrupt), Is.Empty);
            Assert.That(isCorrupt, Is.True);
        }
    }

    [Test]
    public void Random_bytes_are_no_batches()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Assert.That(RaftBatchReader.ReadBatches(bytes, out _), Is.Empty);
        }
    }

    [Test]
    public void The_bootstrap_snapshot_has_the_name_and_content_that_a_dynamic_quorum_starts_from()
    {
        var store = new InMemorySnapshotStore();
        RaftSnapshotWriter.WriteBootstrap(store, Two, 1, new FakeTimeProvider());
        Assert.That(store.List().Single().Id, Is.EqualTo(new OffsetAndEpoch(0, 0)));
        using var file = store.Open(new(0, 0))!;
        using var batches = new RaftSnapshotBatches(file);
        var header = batches.Next()!;
        Assert.That(header.Control, Is.EqualTo(new RaftControlRecord[] { new SnapshotHeaderControl(0), new KRaftVersionControl(1), new VotersControl(Two) }));
        Assert.That(batches.Next()!.Control, Is.EqualTo(new RaftControlRecord[] { new SnapshotFooterControl() }));
        Assert.That(batches.Next(), Is.Null);
    }

    [Test]
    public void A_snapshot_that_is_cut_off_is_refused()
    {
        var store = new InMemorySnapshotStore();
        RaftSnapshotWriter.WriteBootstrap(store, Two, 1, new FakeTimeProvider());
        using var file = store.Open(new(0, 0))!;
        var bytes = new byte[file.Size - 3];
        file.Read(0, bytes);
        store.Put(new(1, 1), bytes);
        using var cut = store.Open(new(1, 1))!;
        using var batches = new RaftSnapshotBatches(cut);
        batches.Next();
        Assert.That(() => batches.Next(), Throws.InstanceOf<InvalidDataException>());
    }
}
