using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.Quotas;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using static Kafka.Modular.Metadata.Tests.SampleRecords;

namespace Kafka.Modular.Metadata.Tests;

public sealed class ImageDeltaTests
{
    [Test]
    public void A_broker_is_fenced_until_a_change_unfences_it()
    {
        var registered = MetadataImage.Empty.Replay(Broker(1, 10));
        var unfenced = registered.Replay(new BrokerRegistrationChangeRecord { BrokerId = (BrokerId)1, BrokerEpoch = 10, Fenced = -1 });
        var leaving = unfenced.Replay(
            new BrokerRegistrationChangeRecord { BrokerId = (BrokerId)1, BrokerEpoch = 10, InControlledShutdown = 1 });
        Assert.Multiple(() =>
        {
            Assert.That(registered.Cluster.IsAlive(1), Is.False);
            Assert.That(unfenced.Cluster.IsAlive(1), Is.True);
            Assert.That(leaving.Cluster.Brokers[1].IsInControlledShutdown, Is.True);
            Assert.That(leaving.Cluster.Brokers[1].IsFenced, Is.False);
            Assert.That(leaving.Cluster.BrokerEpoch(1), Is.EqualTo(10));
            Assert.That(leaving.Cluster.BrokerEpoch(2), Is.EqualTo(-1));
            Assert.That(unfenced.Cluster.Brokers[1].Endpoint("PLAINTEXT")?.Port, Is.EqualTo(9093));
        });
    }

    [Test]
    public void A_broker_changes_only_in_the_epoch_of_its_registration()
    {
        var image = MetadataImage.Empty.Replay(Broker(1, 10));
        Assert.Multiple(() =>
        {
            Assert.That(
                () => image.Replay(new UnfenceBrokerRecord { Id = (BrokerId)1, Epoch = 9 }), Throws.TypeOf<MetadataReplayException>());
            Assert.That(
                () => image.Replay(new FenceBrokerRecord { Id = (BrokerId)2, Epoch = 10 }), Throws.TypeOf<MetadataReplayException>());
            Assert.That(image.Replay(new UnfenceBrokerRecord { Id = (BrokerId)1, Epoch = 10 }).Cluster.IsAlive(1), Is.True);
            Assert.That(image.Replay(new UnregisterBrokerRecord { BrokerId = (BrokerId)1, BrokerEpoch = 10 }).Cluster.IsEmpty, Is.True);
        });
    }

    [Test]
    public void A_change_that_changes_nothing_leaves_no_trace()
    {
        var image = MetadataImage.Empty.Replay(Broker(1, 10));
        var delta = image.Delta(new BrokerRegistrationChangeRecord { BrokerId = (BrokerId)1, BrokerEpoch = 10, Fenced = 1 });
        Assert.That(delta.Cluster!.Brokers, Is.Empty);
    }

    [Test]
    public void A_feature_at_level_0_is_not_finalized_any_more()
    {
        var image = MetadataImage.Empty.Replay(Version(23), Feature("group.version", 1), Feature("kraft.version", 1));
        var after = image.Replay(Feature("group.version", 0), Version(24));
        Assert.Multiple(() =>
        {
            Assert.That(image.Features.FinalizedLevels, Is.EqualTo(new Dictionary<string, short> { ["group.version"] = 1 }));
            Assert.That(image.Features.FinalizedLevel(MetadataVersion.FeatureName), Is.EqualTo(23));
            Assert.That(after.Features.FinalizedLevels, Is.Empty);
            Assert.That(after.Features.MetadataVersionOrThrow.Level, Is.EqualTo(24));
        });
    }

    [Test]
    public void A_metadata_version_that_is_not_known_is_refused_with_the_range_that_is() => Assert.That(
        () => MetadataImage.Empty.Replay(Version(99)),
        Throws.TypeOf<MetadataReplayException>().With.Message.Contains("99").And.Message.Contains("3.3-IV3"));

    [Test]
    public void A_configuration_value_of_null_removes_the_key()
    {
        var image = MetadataImage.Empty.Replay(TopicConfig("t", "a", "1"), TopicConfig("t", "b", "2"));
        var one = image.Replay(TopicConfig("t", "a", null));
        var none = one.Replay(TopicConfig("t", "b", null));
        Assert.Multiple(() =>
        {
            Assert.That(one.Configs[ConfigResource.Topic("t")]["a"], Is.Null);
            Assert.That(one.Configs[ConfigResource.Topic("t")]["b"], Is.EqualTo("2"));
            Assert.That(none.Configs.IsEmpty, Is.True);
            Assert.That(image.Configs[ConfigResource.Topic("t")].ToString(), Does.Not.Contain("1"), "values may be secrets");
        });
    }

    [Test]
    public void The_order_in_which_a_quota_names_its_entity_does_not_matter()
    {
        var one = new ClientQuotaEntity([new("user", "alice"), new("client-id", null)]);
        var other = new ClientQuotaEntity([new("client-id", null), new("user", "alice")]);
        Assert.Multiple(() =>
        {
            Assert.That(one, Is.EqualTo(other));
            Assert.That(one.GetHashCode(), Is.EqualTo(other.GetHashCode()));
            Assert.That(one.TryGet("client-id", out var name) && name is null, Is.True);
            Assert.That(one.ToString(), Is.EqualTo("client-id=<default>, user=alice"));
        });
    }

    [Test]
    public void A_quota_that_is_removed_takes_an_empty_entity_with_it()
    {
        ClientQuotaRecord Quota(bool remove) => new()
        {
            Entity = [new() { EntityType = "user", EntityName = "alice" }],
            Key = "producer_byte_rate",
            Value = 1000,
            Remove = remove,
        };
        var image = MetadataImage.Empty.Replay(Quota(remove: false));
        Assert.Multiple(() =>
        {
            Assert.That(image.ClientQuotas.Entities.Single().Value.Values["producer_byte_rate"], Is.EqualTo(1000));
            Assert.That(image.Replay(Quota(remove: true)).ClientQuotas.IsEmpty, Is.True);
        });
    }

    [Test]
    public void Credentials_are_kept_by_mechanism_and_user()
    {
        UserScramCredentialRecord Credential(sbyte mechanism) =>
            new() { Name = "alice", Mechanism = mechanism, Salt = [1], StoredKey = [2], ServerKey = [3], Iterations = 4096 };
        var image = MetadataImage.Empty.Replay(Credential(1), Credential(2));
        var after = image.Replay(new RemoveUserScramCredentialRecord { Name = "alice", Mechanism = 1 });
        Assert.Multiple(() =>
        {
            Assert.That(image.Scram.Credentials, Has.Count.EqualTo(2));
            Assert.That(after.Scram.Credentials.Keys, Is.EqualTo(new[] { new ScramCredentialKey(ScramMechanism.ScramSha512, "alice") }));
            Assert.That(() => image.Replay(Credential(3)), Throws.TypeOf<MetadataReplayException>());
            Assert.That(image.Scram.Credentials.Values.First().ToString(), Does.Not.Contain("[2]"), "keys are secrets");
        });
    }

    [Test]
    public void An_acl_is_removed_by_its_id()
    {
        var id = new Uuid(5, 5);
        var acl = new AccessControlEntryRecord { Id = id, ResourceType = 2, ResourceName = "t", PatternType = 3, Principal = "User:a", Host = "*" };
        var image = MetadataImage.Empty.Replay(acl);
        Assert.Multiple(() =>
        {
            Assert.That(image.Acls.Entries[id].Principal, Is.EqualTo("User:a"));
            Assert.That(image.Replay(new RemoveAccessControlEntryRecord { Id = id }).Acls.IsEmpty, Is.True);
            Assert.That(
                () => MetadataImage.Empty.Replay(new RemoveAccessControlEntryRecord { Id = id }), Throws.TypeOf<MetadataReplayException>());
            Assert.That(MetadataImage.Empty.Delta(acl, new RemoveAccessControlEntryRecord { Id = id }).Acls!.Changes, Is.Empty);
        });
    }

    [Test]
    public void What_no_record_touched_has_no_delta()
    {
        var delta = MetadataImage.Empty.Delta(new NoOpRecord(), new ZkMigrationStateRecord());
        Assert.Multiple(() =>
        {
            Assert.That(delta.Topics, Is.Null);
            Assert.That(delta.Cluster, Is.Null);
            Assert.That(delta.Features, Is.Null);
            Assert.That(delta.Apply(MetadataProvenance.Empty), Is.EqualTo(MetadataImage.Empty));
        });
    }

    [Test]
    public void Every_record_type_of_the_log_can_be_replayed_or_binds_a_transaction()
    {
        foreach (var descriptor in MessageCatalog.Messages.Where(message => message.Kind == MessageKind.Metadata))
        {
            var record = (IMetadataRecord)descriptor.Create();
            if (record is BeginTransactionRecord or EndTransactionRecord or AbortTransactionRecord)
                continue;
            // An empty record may contradict the empty image, but it must be known.
            try
            {
                MetadataImage.Empty.Delta(record);
            }
            catch (MetadataReplayException refused)
            {
                Assert.That(refused.Message, Does.Not.Contain("cannot be replayed here"));
            }
        }
    }
}
