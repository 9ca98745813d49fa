using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// CreateTopics, decided by the controller. Answered once the topics are committed and this broker serves its part of them; from version 5 with what was
/// created and the configuration in force (KIP-525).
/// </summary>
public sealed class CreateTopicsHandler(
    HandlerServices services, MetadataController controller, MetadataWaits waits, LiveConfiguration configuration)
    : Handler<CreateTopicsRequest, CreateTopicsResponse>(services)
{
    /// <summary>The metadata log is no topic that anybody may create.</summary>
    private const string MetadataTopic = "__cluster_metadata";

    /// <inheritdoc/>
    protected override async ValueTask<CreateTopicsResponse> HandleAsync(RequestContext context, CreateTopicsRequest request)
    {
        var prohibited = request.Topics.RemoveAll(static topic => string.Equals(topic.Name, MetadataTopic, StringComparison.Ordinal));
        var response = await controller.CreateTopicsAsync(request, context.Cancellation);
        if (response is null)
        {
            return OnError(context, request, ErrorCode.NotController);
        }

        List<Uuid> created = [.. response.Topics.Where(static topic => topic.ErrorCode == ErrorCode.None && topic.TopicId != Uuid.Zero).Select(static topic => topic.TopicId)];
        if (created.Count > 0)
        {
            await waits.UntilAsync(
                image => created.TrueForAll(id => image.Topics.TryGet(id, out _)), TimeSpan.FromMilliseconds(Math.Max(request.TimeoutMs, 0)), context.Cancellation);
        }

        foreach (var topic in response.Topics.Where(static topic => topic.ErrorCode == ErrorCode.None))
        {
            AddConfigs(topic, request.Topics.First(asked => string.Equals(asked.Name, topic.Name, StringComparison.Ordinal)));
        }

        if (prohibited > 0)
        {
            response.Topics.Add(new CreateTopicsResponse.CreatableTopicResult
            {
                Name = MetadataTopic, ErrorCode = ErrorCode.TopicAuthorizationFailed, ErrorMessage = ErrorCode.TopicAuthorizationFailed.Info().Message, Configs = null,
            });
        }

        return response;
    }

    /// <inheritdoc/>
    protected override CreateTopicsResponse OnError(RequestContext context, CreateTopicsRequest request, ErrorCode error)
    {
        var response = new CreateTopicsResponse();
        response.Topics.AddRange(request.Topics.Select(topic => new CreateTopicsResponse.CreatableTopicResult
        {
            Name = topic.Name, ErrorCode = error, ErrorMessage = error.Info().Message, Configs = null,
        }));
        return response;
    }

    private void AddConfigs(CreateTopicsResponse.CreatableTopicResult topic, CreateTopicsRequest.CreatableTopic asked)
    {
        var overrides = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var config in asked.Configs)
        {
            overrides[config.Name] = config.Value!;
        }

        topic.Configs = [];
        foreach (var entry in ConfigurationDescriber.Topic(configuration, overrides))
        {
            topic.Configs.Add(new CreateTopicsResponse.CreatableTopicConfigs
            {
                Name = entry.Name,
                Value = entry.Value,
                ReadOnly = entry.IsReadOnly,
                ConfigSource = (sbyte)entry.Source,
                IsSensitive = entry.IsSensitive,
            });
        }
    }
}
