using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Topics;

/// <summary>Decides DeleteTopics, by name or by id (KIP-516). Pure: reads the state it is given. The controller's loop.</summary>
internal static class TopicDeletion
{
    public static ControllerResult<DeleteTopicsResponse> Delete(ControllerState state, DeleteTopicsRequest request)
    {
        var topics = request.Topics.Count > 0
            ? request.Topics
            : [.. request.TopicNames.Select(static name => new DeleteTopicsRequest.DeleteTopicState { Name = name })];
        var response = new DeleteTopicsResponse();
        var records = new List<MetadataRecord>();
        var twice = topics.CountBy(static topic => (topic.Name, topic.TopicId)).Where(static each => each.Value > 1).Select(static each => each.Key).ToHashSet();
        var asked = new Dictionary<Uuid, int>();
        foreach (var topic in topics)
        {
            if (Find(state, topic) is { } found)
            {
                asked[found.Id] = asked.GetValueOrDefault(found.Id) + 1;
            }
        }

        foreach (var topic in topics)
        {
            var found = Find(state, topic);
            var refusal = Decide(topic, found, twice, asked);
            response.Responses.Add(new DeleteTopicsResponse.DeletableTopicResult
            {
                // Who is refused learns no id by a name, nor a name by an id.
                Name = refusal.IsRefused ? topic.Name : found!.Name,
                TopicId = refusal.IsRefused ? topic.TopicId : found!.Id,
                ErrorCode = refusal.Error,
                ErrorMessage = refusal.Message,
            });
            if (!refusal.IsRefused)
            {
                records.Add(new MetadataRecord(new RemoveTopicRecord { TopicId = found!.Id }, 0));
            }
        }

        return new ControllerResult<DeleteTopicsResponse>(records, response);
    }

    private static TopicImage? Find(ControllerState state, DeleteTopicsRequest.DeleteTopicState topic)
    {
        TopicImage? found = null;
        if (topic.Name is not null)
        {
            state.Image.Topics.TryGet(topic.Name, out found);
        }
        else
        {
            state.Image.Topics.TryGet(topic.TopicId, out found);
        }

        return found;
    }

    private static ControllerRefusal Decide(
        DeleteTopicsRequest.DeleteTopicState topic, TopicImage? found, HashSet<(string?, Uuid)> twice, Dictionary<Uuid, int> asked)
    {
        if (topic.Name is null && topic.TopicId == Uuid.Zero)
        {
            return new ControllerRefusal(ErrorCode.InvalidRequest, "Neither topic name nor id were specified.");
        }

        if (topic.Name is not null && topic.TopicId != Uuid.Zero)
        {
            return new ControllerRefusal(ErrorCode.InvalidRequest, "You may not specify both topic name and topic id.");
        }

        if (twice.Contains((topic.Name, topic.TopicId)))
        {
            return new ControllerRefusal(ErrorCode.InvalidRequest, topic.Name is null ? "Duplicate topic id." : "Duplicate topic name.");
        }

        if (found is null)
        {
            return topic.Name is null
                ? new ControllerRefusal(ErrorCode.UnknownTopicId, ErrorCode.UnknownTopicId.Info().Message)
                : new ControllerRefusal(ErrorCode.UnknownTopicOrPartition, ErrorCode.UnknownTopicOrPartition.Info().Message);
        }

        return asked[found.Id] > 1
            ? new ControllerRefusal(ErrorCode.InvalidRequest, "The provided topic name maps to an ID that was already supplied.")
            : ControllerRefusal.None;
    }
}
