using System.Collections.Concurrent;
using System.Globalization;
using Kafka.Modular.Configuration;
using Kafka.Modular.Controller;
using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Groups;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Creates the topics that coordinators keep their state in, with the settings that Kafka gives them. Any thread.</summary>
internal sealed class InternalTopics(MetadataController controller, ISettings<GroupSettings> groups, ILogger logger) : IInternalTopics
{
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    public void RequestCreation(string topic)
    {
        if (_underWay.TryAdd(topic, true))
            _ = CreateAsync(topic);
    }

    private async Task CreateAsync(string topic)
    {
        try
        {
            var response = await controller.CreateTopicsAsync(new CreateTopicsRequest { Topics = { Describe(topic) } }, CancellationToken.None);
            switch (response?.Topics[0])
            {
                case null:
                    logger.InternalTopicNotCreated(topic, ErrorCode.NotController, "there is no active controller");
                    break;
                case { ErrorCode: not (ErrorCode.None or ErrorCode.TopicAlreadyExists) } refused:
                    logger.InternalTopicNotCreated(topic, refused.ErrorCode, Explain(refused));
                    break;
                default:
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The controller stops.
        }
        finally
        {
            _underWay.TryRemove(topic, out _);
        }
    }

    private CreateTopicsRequest.CreatableTopic Describe(string topic)
    {
        if (!string.Equals(topic, GroupCoordinator.OffsetsTopic, StringComparison.Ordinal))
            throw new ArgumentException($"{topic} is not an internal topic of this server.", nameof(topic));
        var settings = groups.Current;
        return new CreateTopicsRequest.CreatableTopic
        {
            Name = topic,
            NumPartitions = settings.OffsetsTopicNumPartitions,
            ReplicationFactor = settings.OffsetsTopicReplicationFactor,
            Configs =
            {
                new() { Name = "cleanup.policy", Value = "compact" },
                new() { Name = "compression.type", Value = "producer" },
                new() { Name = "segment.bytes", Value = settings.OffsetsTopicSegmentBytes.ToString(CultureInfo.InvariantCulture) },
            },
        };
    }

    private string Explain(CreateTopicsResponse.CreatableTopicResult refused) => refused.ErrorCode == ErrorCode.InvalidReplicationFactor
        ? $"{refused.ErrorMessage} (offsets.topic.replication.factor is {groups.Current.OffsetsTopicReplicationFactor})"
        : refused.ErrorMessage ?? "";
}
