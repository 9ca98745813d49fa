using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Consuming;

/// <summary>The committed offsets of a group: reads and writes them at its coordinator.</summary>
internal sealed class GroupOffsets(ClusterClient cluster, string groupId, string? instanceId, bool readsStable)
{
    // From version 10 on topics are named by id, which a group of topics that come and go has no use for.
    private const short LastVersionWithNames = 9;
    private const int FirstBatchedVersion = 8;

    /// <summary>The committed offsets of some partitions; -1 where there is none.</summary>
    /// <exception cref="KafkaClientException">They could not be read.</exception>
    public async ValueTask<IReadOnlyDictionary<TopicPartition, long>> FetchAsync(IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        var topics = partitions.GroupBy(static each => each.Topic, StringComparer.Ordinal).ToArray();
        var target = RequestTarget.GroupCoordinator(groupId);
        var connection = await ConnectAsync(target, cancellationToken);
        var request = new OffsetFetchRequest();
        if (connection.Versions.Choose(ApiKey.OffsetFetch, LastVersionWithNames) >= FirstBatchedVersion)
        {
            request.RequireStable = readsStable;
            request.Groups.Add(new OffsetFetchRequest.OffsetFetchRequestGroup
            {
                GroupId = groupId,
                Topics = [.. topics.Select(static topic => new OffsetFetchRequest.OffsetFetchRequestTopics { Name = topic.Key, PartitionIndexes = [.. topic.Select(static each => each.Partition)] })],
            });
        }
        else
        {
            request.GroupId = groupId;
            request.Topics = [.. topics.Select(static topic => new OffsetFetchRequest.OffsetFetchRequestTopic { Name = topic.Key, PartitionIndexes = [.. topic.Select(static each => each.Partition)] })];
        }

        var response = await cluster.SendAsync(target, request, static response => Read(response, null), new SendOptions(null, LastVersionWithNames), cancellationToken);
        var offsets = new Dictionary<TopicPartition, long>();
        var error = Read(response, offsets);
        return error == ErrorCode.None ? offsets : throw new KafkaClientException(error, $"The offsets of group {groupId} cannot be read: {error.Info().Message}");
    }

    /// <summary>Commits offsets.</summary>
    /// <param name="offsets">The next offset to read of each partition, with the leader epoch of the record before it.</param>
    /// <param name="memberId">The member; empty for who is not in the group.</param>
    /// <param name="generation">The generation; -1 for who is not in the group.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The error of the first partition that has one.</returns>
    public async ValueTask<ErrorCode> CommitAsync(
        IReadOnlyDictionary<TopicPartition, (long Offset, int Epoch)> offsets, string memberId, int generation, CancellationToken cancellationToken)
    {
        if (offsets.Count == 0)
        {
            return ErrorCode.None;
        }

        var request = new OffsetCommitRequest { GroupId = groupId, MemberId = memberId, GenerationIdOrMemberEpoch = generation };
        if (generation >= 0)
        {
            request.GroupInstanceId = instanceId;
        }

        foreach (var topic in offsets.GroupBy(static each => each.Key.Topic, StringComparer.Ordinal))
        {
            request.Topics.Add(new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic.Key,
                Partitions =
                [
                    .. topic.Select(static each => new OffsetCommitRequest.OffsetCommitRequestPartition
                    {
                        PartitionIndex = each.Key.Partition, CommittedOffset = each.Value.Offset, CommittedLeaderEpoch = each.Value.Epoch, CommittedMetadata = "",
                    }),
                ],
            });
        }

        var response = await cluster.SendAsync(
            RequestTarget.GroupCoordinator(groupId), request, FirstError, new SendOptions(null, LastVersionWithNames), cancellationToken);
        return FirstError(response);
    }

    private static ErrorCode FirstError(OffsetCommitResponse response) =>
        response.Topics.SelectMany(static topic => topic.Partitions).Select(static partition => partition.ErrorCode).FirstOrDefault(static error => error != ErrorCode.None);

    private static ErrorCode Read(OffsetFetchResponse response, Dictionary<TopicPartition, long>? offsets)
    {
        var error = response.ErrorCode;
        foreach (var topic in response.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                Take(topic.Name, partition.PartitionIndex, partition.CommittedOffset, partition.ErrorCode);
            }
        }

        foreach (var group in response.Groups)
        {
            error = error == ErrorCode.None ? group.ErrorCode : error;
            foreach (var topic in group.Topics)
            {
                foreach (var partition in topic.Partitions)
                {
                    Take(topic.Name, partition.PartitionIndex, partition.CommittedOffset, partition.ErrorCode);
                }
            }
        }

        return error;

        void Take(string topic, int partition, long offset, ErrorCode partitionError)
        {
            error = error == ErrorCode.None ? partitionError : error;
            offsets?.TryAdd(new TopicPartition(topic, partition), offset);
        }
    }

    private async ValueTask<KafkaConnection> ConnectAsync(RequestTarget target, CancellationToken cancellationToken)
    {
        using var attempts = new Attempts(cluster, "FindCoordinator", cancellationToken);
        while (true)
        {
            try
            {
                return await cluster.ConnectAsync(target, attempts.Token);
            }
            catch (KafkaClientException fault) when (fault.IsRetriable && attempts.MayGoOn)
            {
                cluster.Forget(target, fault.Code);
                await attempts.WaitAsync(fault);
            }
            catch (Exception fault)
            {
                throw attempts.Explain(fault);
            }
        }
    }
}
