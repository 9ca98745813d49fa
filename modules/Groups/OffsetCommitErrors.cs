using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups;

/// <summary>OffsetCommit has no error of its own: an error of the whole request stands at each of its partitions.</summary>
public static class OffsetCommitErrors
{
    /// <summary>The answer that gives every partition of the request the same error.</summary>
    public static OffsetCommitResponse ForAll(OffsetCommitRequest request, ErrorCode error)
    {
        var response = new OffsetCommitResponse();
        foreach (var topic in request.Topics)
        {
            var answer = new OffsetCommitResponse.OffsetCommitResponseTopic { Name = topic.Name, TopicId = topic.TopicId };
            foreach (var partition in topic.Partitions)
            {
                answer.Partitions.Add(new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = error,
                });
            }

            response.Topics.Add(answer);
        }

        return response;
    }
}
