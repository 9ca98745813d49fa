using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Metadata.Cluster;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Features;
using Kafka.Modular.Metadata.ProducerIds;
using Kafka.Modular.Metadata.Quotas;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Metadata.Tokens;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata;

/// <summary>
/// What records change in an image. Metadata loop only while it is made; publishers read it while they are called. A part that no record touched is null.
/// </summary>
/// <param name="image">The image before.</param>
public sealed class MetadataDelta(MetadataImage image)
{
    /// <summary>The image before.</summary>
    public MetadataImage Before { get; } = image;

    /// <summary>Changed feature levels.</summary>
    public FeaturesDelta? Features { get; private set; }

    /// <summary>Changed registrations.</summary>
    public ClusterDelta? Cluster { get; private set; }

    /// <summary>Changed topics.</summary>
    public TopicsDelta? Topics { get; private set; }

    /// <summary>Changed configuration.</summary>
    public ConfigurationsDelta? Configs { get; private set; }

    /// <summary>Changed quotas.</summary>
    public ClientQuotasDelta? ClientQuotas { get; private set; }

    /// <summary>Producer ids given out.</summary>
    public ProducerIdsDelta? ProducerIds { get; private set; }

    /// <summary>Changed ACL bindings.</summary>
    public AclsDelta? Acls { get; private set; }

    /// <summary>Changed SCRAM credentials.</summary>
    public ScramDelta? Scram { get; private set; }

    /// <summary>Changed delegation tokens.</summary>
    public DelegationTokensDelta? DelegationTokens { get; private set; }

    private FeaturesDelta FeaturesChange => Features ??= new FeaturesDelta(Before.Features);

    private ClusterDelta ClusterChange => Cluster ??= new ClusterDelta(Before.Cluster);

    private TopicsDelta TopicsChange => Topics ??= new TopicsDelta(Before.Topics);

    private ConfigurationsDelta ConfigsChange => Configs ??= new ConfigurationsDelta(Before.Configs);

    private ClientQuotasDelta ClientQuotasChange => ClientQuotas ??= new ClientQuotasDelta(Before.ClientQuotas);

    private ProducerIdsDelta ProducerIdsChange => ProducerIds ??= new ProducerIdsDelta(Before.ProducerIds);

    private AclsDelta AclsChange => Acls ??= new AclsDelta(Before.Acls);

    private ScramDelta ScramChange => Scram ??= new ScramDelta(Before.Scram);

    private DelegationTokensDelta DelegationTokensChange => DelegationTokens ??= new DelegationTokensDelta(Before.DelegationTokens);

    /// <summary>Takes in a record. Records that bind others into transactions are not for here.</summary>
    /// <exception cref="MetadataReplayException">The record does not fit what went before, or its type is unknown.</exception>
    public void Replay(IMetadataRecord record)
    {
        switch (record)
        {
            case PartitionChangeRecord it: TopicsChange.Replay(it); break;
            case PartitionRecord it: TopicsChange.Replay(it); break;
            case TopicRecord it: TopicsChange.Replay(it); break;
            case RemoveTopicRecord it: ConfigsChange.RemoveTopic(TopicsChange.Replay(it)); break;
            case ClearElrRecord it: TopicsChange.Replay(it); break;
            case ConfigRecord it: ConfigsChange.Replay(it); break;
            case BrokerRegistrationChangeRecord it: ClusterChange.Replay(it); break;
            case RegisterBrokerRecord it: ClusterChange.Replay(it); break;
            case UnregisterBrokerRecord it: ClusterChange.Replay(it); break;
            case FenceBrokerRecord it: ClusterChange.Replay(it); break;
            case UnfenceBrokerRecord it: ClusterChange.Replay(it); break;
            case RegisterControllerRecord it: ClusterChange.Replay(it); break;
            case FeatureLevelRecord it: FeaturesChange.Replay(it); break;
            case ProducerIdsRecord it: ProducerIdsChange.Replay(it); break;
            case ClientQuotaRecord it: ClientQuotasChange.Replay(it); break;
            case AccessControlEntryRecord it: AclsChange.Replay(it); break;
            case RemoveAccessControlEntryRecord it: AclsChange.Replay(it); break;
            case UserScramCredentialRecord it: ScramChange.Replay(it); break;
            case RemoveUserScramCredentialRecord it: ScramChange.Replay(it); break;
            case DelegationTokenRecord it: DelegationTokensChange.Replay(it); break;
            case RemoveDelegationTokenRecord it: DelegationTokensChange.Replay(it); break;
            // Moves the offset, and nothing else (KIP-835); state of a migration that is over (KIP-866).
            case NoOpRecord or ZkMigrationStateRecord: break;
            default: throw new MetadataReplayException($"A record of type {record.RecordType} ({record.Name}) cannot be replayed here.");
        }
    }

    /// <summary>After the last record of a snapshot: what it did not repeat is gone.</summary>
    public void FinishSnapshot()
    {
        FeaturesChange.FinishSnapshot();
        ClusterChange.FinishSnapshot();
        TopicsChange.FinishSnapshot();
        ConfigsChange.FinishSnapshot();
        ClientQuotasChange.FinishSnapshot();
        ProducerIdsChange.FinishSnapshot();
        AclsChange.FinishSnapshot();
        ScramChange.FinishSnapshot();
        DelegationTokensChange.FinishSnapshot();
    }

    /// <summary>The image afterwards. What did not change is shared with the one before.</summary>
    /// <param name="provenance">Up to where in the log the records went.</param>
    public MetadataImage Apply(MetadataProvenance provenance) => new()
    {
        Provenance = provenance,
        Features = Features?.Apply() ?? Before.Features,
        Cluster = Cluster?.Apply() ?? Before.Cluster,
        Topics = Topics?.Apply() ?? Before.Topics,
        Configs = Configs?.Apply() ?? Before.Configs,
        ClientQuotas = ClientQuotas?.Apply() ?? Before.ClientQuotas,
        ProducerIds = ProducerIds?.Apply() ?? Before.ProducerIds,
        Acls = Acls?.Apply() ?? Before.Acls,
        Scram = Scram?.Apply() ?? Before.Scram,
        DelegationTokens = DelegationTokens?.Apply() ?? Before.DelegationTokens,
    };
}
