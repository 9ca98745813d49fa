using System.Collections.Concurrent;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Replication.Metrics;

/// <summary>The metrics of the topics that this broker has partitions of (<c>kafka.server:type=BrokerTopicMetrics</c>). Any thread.</summary>
public sealed class BrokerTopicMetrics
{
    private readonly ConcurrentDictionary<string, TopicMetrics> _topics = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Registers the metrics.</summary>
    public BrokerTopicMetrics(MetricRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        Register(registry, BrokerTopicDefinitions.MessagesIn, static topic => topic.MessagesIn);
        Register(registry, BrokerTopicDefinitions.BytesIn, static topic => topic.BytesIn);
        Register(registry, BrokerTopicDefinitions.BytesOut, static topic => topic.BytesOut);
        Register(registry, BrokerTopicDefinitions.BytesRejected, static topic => topic.BytesRejected);
        Register(registry, BrokerTopicDefinitions.TotalProduceRequests, static topic => topic.ProduceRequests);
        Register(registry, BrokerTopicDefinitions.FailedProduceRequests, static topic => topic.FailedProduceRequests);
        Register(registry, BrokerTopicDefinitions.TotalFetchRequests, static topic => topic.FetchRequests);
        Register(registry, BrokerTopicDefinitions.FailedFetchRequests, static topic => topic.FailedFetchRequests);
        registry.Read(BrokerTopicDefinitions.ReplicationBytesIn, () => All.ReplicationBytesIn);
        registry.Read(BrokerTopicDefinitions.ReplicationBytesOut, () => All.ReplicationBytesOut);
        registry.Read(BrokerTopicDefinitions.InvalidMessageCrcRecords, () => All.InvalidCrc);
        registry.Read(BrokerTopicDefinitions.InvalidOffsetOrSequenceRecords, () => All.InvalidSequence);
    }

    /// <summary>All topics together, those that are gone among them.</summary>
    public TopicMetrics All { get; } = new("", null);

    /// <summary>A topic's metrics, or null where this broker has no partition of it.</summary>
    public TopicMetrics? Find(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>A partition of the topic is here.</summary>
    internal TopicMetrics Enter(string topic)
    {
        lock (_lock)
        {
            var metrics = _topics.GetOrAdd(topic, static (name, all) => new TopicMetrics(name, all), All);
            metrics.Users++;
            return metrics;
        }
    }

    /// <summary>A partition of the topic is gone; with the last one the topic's metrics end.</summary>
    internal void Leave(TopicMetrics metrics)
    {
        lock (_lock)
        {
            if (--metrics.Users == 0)
                _topics.TryRemove(metrics.Name, out _);
        }
    }

    private void Register(MetricRegistry registry, MetricDefinition definition, Func<TopicMetrics, long> select) => registry.Source(definition, sink =>
    {
        sink.Add(select(All), "");
        foreach (var topic in _topics.Values)
            sink.Add(select(topic), topic.Name);
    });
}
