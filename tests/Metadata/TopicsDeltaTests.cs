using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using static Kafka.Modular.Metadata.Tests.SampleRecords;

namespace Kafka.Modular.Metadata.Tests;

public sealed class TopicsDeltaTests
{
    private static readonly Uuid Orders = new(1, 1000);
    private static readonly Uuid Users = new(2, 1000);

    private readonly MetadataImage _image = MetadataImage.Empty.Replay(
        Version(), Topic("orders", Orders), Partition(Orders, 0, [1, 2, 3], 1, leaderEpoch: 4, partitionEpoch: 9), Partition(Orders, 1, [2, 3], 2));

    [Test]
    public void A_topic_is_found_by_name_and_by_id()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_image.Topics.TryGet("orders", out var byName) ? byName.Id : default, Is.EqualTo(Orders));
            Assert.That(_image.Topics.TryGet(Orders, out var byId) ? byId.Name : null, Is.EqualTo("orders"));
            Assert.That(byName?.PartitionCount, Is.EqualTo(2));
            Assert.That(byName?.Partition(2), Is.Null);
            Assert.That(byName?.Partition(-1), Is.Null);
        });
    }

    [Test]
    public void A_change_of_the_leader_raises_both_epochs_even_when_the_leader_is_the_old_one()
    {
        var change = Change(Orders, 0);
        change.Leader = (BrokerId)1;
        var partition = _image.Replay(change).Topics.Partition(Orders, 0)!;
        Assert.Multiple(() =>
        {
            Assert.That(partition.Leader, Is.EqualTo(1));
            Assert.That(partition.LeaderEpoch, Is.EqualTo(5));
            Assert.That(partition.PartitionEpoch, Is.EqualTo(10));
        });
    }

    [Test]
    public void A_change_of_the_isr_alone_raises_the_partition_epoch_alone()
    {
        var change = Change(Orders, 0);
        change.Isr = Ids(1);
        var partition = _image.Replay(change).Topics.Partition(Orders, 0)!;
        Assert.Multiple(() =>
        {
            Assert.That(partition.Isr, Is.EqualTo(new[] { 1 }));
            Assert.That(partition.Replicas, Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(partition.LeaderEpoch, Is.EqualTo(4));
            Assert.That(partition.PartitionEpoch, Is.EqualTo(10));
        });
    }

    [Test]
    public void New_replicas_without_directories_lose_the_directories_of_the_old_ones()
    {
        var change = Change(Orders, 0);
        change.Replicas = Ids(4, 5);
        var partition = _image.Replay(change).Topics.Partition(Orders, 0)!;
        Assert.That(partition.Directories, Is.EqualTo(new[] { DirectoryIds.Migrating, DirectoryIds.Migrating }));
    }

    [Test]
    public void Directories_of_another_number_than_the_replicas_are_refused()
    {
        var change = Change(Orders, 0);
        change.Directories = [Uuid.One];
        Assert.That(() => _image.Replay(change), Throws.TypeOf<MetadataReplayException>());
    }

    [Test]
    public void A_change_of_what_does_not_exist_is_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => _image.Replay(Change(Users, 0)), Throws.TypeOf<MetadataReplayException>());
            Assert.That(() => _image.Replay(Change(Orders, 7)), Throws.TypeOf<MetadataReplayException>());
            Assert.That(() => _image.Replay(Partition(Orders, int.MaxValue, [1], 1)), Throws.TypeOf<MetadataReplayException>());
            Assert.That(() => _image.Replay(new RemoveTopicRecord { TopicId = Users }), Throws.TypeOf<MetadataReplayException>());
            Assert.That(
                () => _image.Replay(new RemoveTopicRecord { TopicId = Orders }, Partition(Orders, 5, [1], 1)),
                Throws.TypeOf<MetadataReplayException>());
        });
    }

    [Test]
    public void A_topic_takes_its_configuration_with_it()
    {
        var image = _image.Replay(TopicConfig("orders", "retention.ms", "1"), TopicConfig("users", "retention.ms", "2"));
        var after = image.Replay(TopicConfig("orders", "segment.ms", "3"), new RemoveTopicRecord { TopicId = Orders });
        Assert.Multiple(() =>
        {
            Assert.That(image.Configs[ConfigResource.Topic("orders")]["retention.ms"], Is.EqualTo("1"));
            Assert.That(after.Configs.Resources.Keys, Is.EqualTo(new[] { ConfigResource.Topic("users") }));
            Assert.That(after.Topics.IsEmpty, Is.True);
        });
    }

    [Test]
    public void A_topic_may_be_deleted_and_created_again_within_one_delta()
    {
        var delta = _image.Delta(
            new RemoveTopicRecord { TopicId = Orders }, Topic("orders", Users), Partition(Users, 0, [3], 3));
        var image = delta.Apply(default);
        Assert.Multiple(() =>
        {
            Assert.That(image.Topics.ById.Keys, Is.EqualTo(new[] { Users }));
            Assert.That(image.Topics.ByName["orders"].Id, Is.EqualTo(Users));
            Assert.That(delta.Topics!.WasDeleted("orders"), Is.True);
            Assert.That(delta.Topics.Deleted.Keys, Is.EqualTo(new[] { Orders }));
            Assert.That(delta.Topics.Created["orders"], Is.EqualTo(Users));
        });
    }

    [Test]
    public void A_topic_that_is_created_and_deleted_within_one_delta_leaves_no_trace()
    {
        var delta = _image.Delta(Topic("users", Users), Partition(Users, 0, [3], 3), new RemoveTopicRecord { TopicId = Users });
        Assert.Multiple(() =>
        {
            Assert.That(delta.Topics!.Changed, Is.Empty);
            Assert.That(delta.Topics.Created, Is.Empty);
            Assert.That(delta.Topics.Deleted, Is.Empty);
            Assert.That(delta.Apply(_image.Provenance), Is.EqualTo(_image));
        });
    }

    [Test]
    public void Clearing_the_eligible_replicas_of_one_topic_leaves_the_others_alone()
    {
        var first = Partition(Orders, 0, [1, 2], 1);
        first.EligibleLeaderReplicas = Ids(2);
        var second = Partition(Users, 0, [1, 2], 1);
        second.LastKnownElr = Ids(2);
        var image = _image.Replay(first, Topic("users", Users), second);
        var one = image.Replay(new ClearElrRecord { TopicName = "users" });
        var all = image.Replay(new ClearElrRecord { TopicName = "" });
        Assert.Multiple(() =>
        {
            Assert.That(one.Topics.Partition(Orders, 0)!.EligibleLeaderReplicas, Is.EqualTo(new[] { 2 }));
            Assert.That(one.Topics.Partition(Users, 0)!.LastKnownEligibleLeaderReplicas, Is.Empty);
            Assert.That(all.Topics.Partition(Orders, 0)!.EligibleLeaderReplicas, Is.Empty);
            Assert.That(all.Topics.Partition(Orders, 0)!.PartitionEpoch, Is.EqualTo(1));
            Assert.That(() => image.Replay(new ClearElrRecord { TopicName = "no" }), Throws.TypeOf<MetadataReplayException>());
        });
    }

    [Test]
    public void Local_changes_tell_which_partitions_to_lead_to_follow_and_to_delete()
    {
        var moved = Change(Orders, 0);
        moved.Replicas = Ids(1, 4);
        moved.Isr = Ids(1, 4);
        moved.Leader = (BrokerId)4;
        var delta = _image.Delta(moved, Topic("users", Users), Partition(Users, 0, [4, 2], 4), Partition(Users, 1, [2], 2));
        var changes = delta.Topics!.LocalChanges(4);
        var old = delta.Topics.LocalChanges(3);
        Assert.Multiple(() =>
        {
            Assert.That(changes.Leaders.Keys, Is.EquivalentTo(new[] { new TopicPartition("orders", 0), new TopicPartition("users", 0) }));
            Assert.That(changes.Leaders[new TopicPartition("orders", 0)].IsElection, Is.True);
            Assert.That(changes.Leaders[new TopicPartition("orders", 0)].IsNew, Is.True);
            Assert.That(changes.Followers, Is.Empty);
            Assert.That(old.Deleted, Is.EqualTo(new Dictionary<TopicPartition, Uuid> { [new("orders", 0)] = Orders }));
            Assert.That(delta.Topics.LocalChanges(1).Followers.Keys, Is.EqualTo(new[] { new TopicPartition("orders", 0) }));
            Assert.That(delta.Topics.LocalChanges(9).IsEmpty, Is.True);
        });
    }

    [Test]
    public void Local_changes_of_an_unclean_election_are_counted()
    {
        var change = Change(Orders, 0);
        change.Leader = (BrokerId)3;
        change.LeaderRecoveryState = (sbyte)LeaderRecoveryState.Recovering;
        var delta = _image.Delta(change);
        Assert.That(delta.Topics!.Changed[Orders].UncleanElections, Is.EqualTo(1));
    }

    [Test]
    public void A_deleted_topic_deletes_the_local_replicas()
    {
        var changes = _image.Delta(new RemoveTopicRecord { TopicId = Orders }).Topics!.LocalChanges(2);
        Assert.That(changes.Deleted.Keys, Is.EquivalentTo(new[] { new TopicPartition("orders", 0), new TopicPartition("orders", 1) }));
    }

    [Test]
    public void A_snapshot_that_takes_a_replica_away_deletes_it_here()
    {
        var delta = new MetadataDelta(_image);
        foreach (var record in new IMetadataRecord[] { Version(), Topic("orders", Orders), Partition(Orders, 0, [1], 1, 4, 12) })
            delta.Replay(record);
        delta.FinishSnapshot();
        Assert.Multiple(() =>
        {
            Assert.That(
                delta.Topics!.LocalChanges(2).Deleted.Keys,
                Is.EquivalentTo(new[] { new TopicPartition("orders", 0), new TopicPartition("orders", 1) }));
            Assert.That(delta.Topics.Created, Is.Empty);
            Assert.That(delta.Apply(default).Topics.ByName["orders"].PartitionCount, Is.EqualTo(1));
        });
    }

    [Test]
    public void A_change_in_one_topic_of_a_thousand_copies_no_other()
    {
        var records = new List<IMetadataRecord>();
        for (var index = 1; index <= 1000; index++)
        {
            var id = new Uuid(index, 2000);
            records.Add(Topic("topic-" + index, id));
            records.Add(Partition(id, 0, [1], 1));
        }

        var image = MetadataImage.Empty.Replay([.. records]);
        var change = Change(new Uuid(500, 2000), 0);
        change.Isr = [];
        var after = image.Replay(change);
        var same = image.Topics.ById.Count(entry => ReferenceEquals(entry.Value, after.Topics.ById[entry.Key]));
        Assert.Multiple(() =>
        {
            Assert.That(same, Is.EqualTo(999));
            Assert.That(after.Configs, Is.SameAs(image.Configs));
            Assert.That(after.Cluster, Is.SameAs(image.Cluster));
        });
    }
}
