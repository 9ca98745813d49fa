using System.Collections.Concurrent;
using Kafka.Modular.Configuration;
using Kafka.Modular.Controller;
using Kafka.Modular.Controller.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// Creates topics that somebody asked about and that do not exist (<c>auto.create.topics.enable</c>). The question is answered before the topic is there:
/// clients ask again. Any thread.
/// </summary>
public sealed class AutoTopicCreation(MetadataController controller, ISettings<ControllerSettings> settings, ILogger logger)
{
    private readonly ConcurrentDictionary<string, bool> _underWay = new(StringComparer.Ordinal);

    /// <summary>Whether topics that do not exist are created.</summary>
    public bool IsEnabled => settings.Current.AutoCreateTopicsEnable;

    /// <summary>Starts the creation of a topic unless it is under way, and gives what to answer meanwhile.</summary>
    public ErrorCode Request(string name)
    {
        if (!IsEnabled)
        {
            return ErrorCode.UnknownTopicOrPartition;
        }

        if (TopicNames.Validate(name).IsRefused)
        {
            return ErrorCode.InvalidTopicException;
        }

        if (_underWay.TryAdd(name, true))
        {
            _ = CreateAsync(name);
        }

        return ErrorCode.UnknownTopicOrPartition;
    }

    private async Task CreateAsync(string name)
    {
        try
        {
            var request = new CreateTopicsRequest();
            request.Topics.Add(new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = -1, ReplicationFactor = -1 });
            var response = await controller.CreateTopicsAsync(request, CancellationToken.None);
            if (response?.Topics[0] is { ErrorCode: not (ErrorCode.None or ErrorCode.TopicAlreadyExists) } failed)
            {
                logger.AutoCreationFailed(name, failed.ErrorCode, failed.ErrorMessage ?? "");
            }
        }
        catch (OperationCanceledException)
        {
            // The broker stops.
        }
        finally
        {
            _underWay.TryRemove(name, out _);
        }
    }
}
