using Kafka.Modular.Configuration.Describe;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Controller;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Topics;

/// <summary>
/// CreateTopics, decided by the controller. Answered once the topics are committed and this broker serves its part of them; from version 5 with what was
/// created and the configuration in force (KIP-525), unless the client may not describe it.
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
        var refused = TakeRefused(context, request);
        var response = await controller.CreateTopicsAsync(request, context.Cancellation) ?? OnError(context, request, ErrorCode.NotController);

        List<Uuid> created = [.. response.Topics.Where(static topic => topic.ErrorCode == ErrorCode.None && topic.TopicId != Uuid.Zero).Select(static topic => topic.TopicId)];
        if (created.Count > 0)
        {
            await waits.UntilServedAsync(image => created.TrueForAll(id => image.Topics.TryGet(id, out _)), request.TimeoutMs, context.Cancellation);
        }

        foreach (var topic in response.Topics.Where(static topic => topic.ErrorCode == ErrorCode.None))
        {
            if (Services.Access.Allows(context.Identity, AclOperation.DescribeConfigs, ResourceType.Topic, topic.Name, logsDenial: false))
            {
                AddConfigs(topic, request.Topics.First(asked => string.Equals(asked.Name, topic.Name, StringComparison.Ordinal)));
            }
            else
            {
                // Kafka keeps the numbers back with the configuration: they may come from it.
                (topic.Configs, topic.NumPartitions, topic.ReplicationFactor) = ([], -1, -1);
                topic.TopicConfigErrorCode = ErrorCode.TopicAuthorizationFailed;
            }
        }

        if (prohibited > 0)
        {
            response.Topics.Add(Failed(MetadataTopic, ErrorCode.InvalidRequest, prohibited > 1
                ? "Duplicate topic name."
                : $"Creation of internal topic {MetadataTopic} is prohibited."));
        }

        response.Topics.AddRange(refused.Select(static topic => Failed(topic.Name, ErrorCode.TopicAuthorizationFailed, "Authorization failed.")));
        return response;
    }

    /// <inheritdoc/>
    protected override CreateTopicsResponse OnError(RequestContext context, CreateTopicsRequest request, ErrorCode error)
    {
        var response = new CreateTopicsResponse();
        response.Topics.AddRange(request.Topics.Select(topic => Failed(topic.Name, error, error.Info().Message)));
        return response;
    }

    private static CreateTopicsResponse.CreatableTopicResult Failed(string name, ErrorCode error, string? message)
        => new() { Name = name, ErrorCode = error, ErrorMessage = message, Configs = null };

    /// <summary>Who may create topics in the cluster may create any. A topic that is named twice is refused for that, whoever names it.</summary>
    private IReadOnlyList<CreateTopicsRequest.CreatableTopic> TakeRefused(RequestContext context, CreateTopicsRequest request)
    {
        if (Services.Access.AllowsOnCluster(context.Identity, AclOperation.Create, logsDenial: false))
        {
            return [];
        }

        var twice = request.Topics.CountBy(static topic => topic.Name, StringComparer.Ordinal).Where(static name => name.Value > 1).Select(static name => name.Key)
            .ToHashSet(StringComparer.Ordinal);
        var once = request.Topics.FindAll(topic => !twice.Contains(topic.Name));
        var refused = Services.Access.TakeRefused(context, AclOperation.Create, ResourceType.Topic, once, static topic => topic.Name);
        request.Topics.RemoveAll(refused.Contains);
        return refused;
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
