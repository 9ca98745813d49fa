using System.Collections.Frozen;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Cluster;

/// <summary>What a client knows of a cluster at one time. Immutable.</summary>
public sealed class ClusterMetadata
{
    internal ClusterMetadata(
        string? clusterId, int controllerId, IEnumerable<ClusterNode> nodes, IEnumerable<TopicMetadata> topics)
    {
        ClusterId = clusterId;
        ControllerId = controllerId;
        Nodes = nodes.ToFrozenDictionary(node => node.Id);
        Topics = topics.ToFrozenDictionary(topic => topic.Name, StringComparer.Ordinal);
        TopicsById = Topics.Values.Where(topic => topic.Id != Uuid.Zero).ToFrozenDictionary(topic => topic.Id);
    }

    /// <summary>The cluster's id; null where the broker is too old to name it.</summary>
    public string? ClusterId { get; }

    /// <summary>The node that takes requests for the controller; -1 when none is known.</summary>
    public int ControllerId { get; }

    /// <summary>The nodes by id.</summary>
    public FrozenDictionary<int, ClusterNode> Nodes { get; }

    /// <summary>The topics that were asked for, by name; with an error where there is one.</summary>
    public FrozenDictionary<string, TopicMetadata> Topics { get; }

    /// <summary>The topics that have an id, by it.</summary>
    public FrozenDictionary<Uuid, TopicMetadata> TopicsById { get; }

    internal static ClusterMetadata Of(MetadataResponse response, ClusterMetadata? before, bool isAllTopics)
    {
        var topics = response.Topics.Where(topic => topic.Name is not null).Select(TopicMetadata.Of).ToDictionary(topic => topic.Name, StringComparer.Ordinal);
        foreach (var old in before?.Topics.Values ?? [])
        {
            if (!isAllTopics)
            {
                topics.TryAdd(old.Name, old);
            }
        }

        foreach (var topic in topics.Values.ToArray())
        {
            topics[topic.Name] = topic.Newest(before?.Topics.GetValueOrDefault(topic.Name));
        }

        return new ClusterMetadata(
            response.ClusterId,
            response.ControllerId,
            response.Brokers.Select(broker => new ClusterNode(broker.NodeId, new BrokerAddress(broker.Host, broker.Port), broker.Rack)),
            topics.Values);
    }

    internal static ClusterMetadata Of(DescribeClusterResponse response) => new(
        response.ClusterId,
        response.ControllerId,
        response.Brokers.Select(node => new ClusterNode(node.BrokerId, new BrokerAddress(node.Host, node.Port), node.Rack)),
        []);
}
