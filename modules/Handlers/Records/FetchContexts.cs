using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication.Sessions;

namespace Kafka.Modular.Handlers.Records;

/// <summary>Resolves a fetch request against the sessions (KIP-227) and topic ids (KIP-516).</summary>
internal sealed class FetchContexts(FetchSessionCache sessions)
{
    public const short FirstVersionWithTopicIds = 13;
    private const short FirstVersionWithSessions = 7;

    /// <summary>The partitions that the request is about; an error when it names a session that is not there.</summary>
    public ErrorCode TryResolve(RequestContext context, FetchRequest request, MetadataImage image, out FetchContext? resolved)
    {
        var byId = context.ApiVersion >= FirstVersionWithTopicIds;
        var asked = Read(request, image, byId);
        var epoch = context.ApiVersion >= FirstVersionWithSessions ? request.SessionEpoch : FetchSessionEpoch.Final;
        if (epoch is FetchSessionEpoch.Initial or FetchSessionEpoch.Final)
        {
            if (request.SessionId != 0)
            {
                sessions.Remove(request.SessionId);
            }

            resolved = new FetchContext(epoch == FetchSessionEpoch.Initial ? Create(request, asked, byId) : null, isIncremental: false, asked);
            return ErrorCode.None;
        }

        resolved = null;
        var error = sessions.TryContinue(request.SessionId, epoch, byId, out var session);
        if (error != ErrorCode.None)
        {
            return error;
        }

        foreach (var topic in request.ForgottenTopicsData)
        {
            foreach (var index in topic.Partitions)
            {
                session!.Remove(byId ? new FetchPartitionKey(topic.TopicId, "", index) : new FetchPartitionKey(default, topic.Topic, index));
            }
        }

        foreach (var partition in asked)
        {
            session!.AddOrUpdate(FetchContext.KeyOf(partition, byId), partition);
        }

        if (session!.Size == 0)
        {
            // Nothing is left to follow.
            sessions.Remove(session.Id);
        }

        resolved = new FetchContext(session, isIncremental: true, [.. session.Partitions]);
        if (byId)
        {
            foreach (var partition in resolved.Partitions)
            {
                // A topic that was not known when it was first asked for may be by now, and one that is gone is not.
                partition.Topic = image.Topics.TryGet(partition.TopicId, out var topic) ? topic.Name : null;
            }
        }

        return ErrorCode.None;
    }

    private FetchSession? Create(FetchRequest request, List<FetchPartition> partitions, bool byId)
    {
        if (partitions.Count == 0)
        {
            return null;
        }

        var session = sessions.TryCreate(FetchHandler.ReplicaIdOf(request) >= 0, byId, partitions.Count);
        foreach (var partition in partitions)
        {
            session?.AddOrUpdate(FetchContext.KeyOf(partition, byId), partition);
        }

        return session;
    }

    private static List<FetchPartition> Read(FetchRequest request, MetadataImage image, bool byId)
    {
        var partitions = new List<FetchPartition>();
        foreach (var topic in request.Topics)
        {
            var name = byId ? (image.Topics.TryGet(topic.TopicId, out var found) ? found.Name : null) : topic.Topic;
            foreach (var partition in topic.Partitions)
            {
                partitions.Add(new FetchPartition
                {
                    TopicId = topic.TopicId,
                    Topic = name,
                    Index = partition.Partition,
                    CurrentLeaderEpoch = partition.CurrentLeaderEpoch,
                    FetchOffset = partition.FetchOffset,
                    LastFetchedEpoch = partition.LastFetchedEpoch,
                    LogStartOffset = partition.LogStartOffset,
                    MaxBytes = partition.PartitionMaxBytes,
                });
            }
        }

        return partitions;
    }
}
