using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Handlers.LogDirs;

/// <summary>DescribeLogDirs (KIP-113, KIP-827): each log directory of this broker with the replicas in it, their bytes and how far they are behind.</summary>
public sealed class DescribeLogDirsHandler(HandlerServices services, ReplicaManager replicas)
    : Handler<DescribeLogDirsRequest, DescribeLogDirsResponse>(services)
{
    private const long UnknownLag = -1;

    /// <inheritdoc/>
    protected override ValueTask<DescribeLogDirsResponse> HandleAsync(RequestContext context, DescribeLogDirsRequest request)
    {
        if (!Services.Access.AllowsOnCluster(context.Identity, AclOperation.Describe))
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.ClusterAuthorizationFailed));
        }

        var asked = request.Topics?.SelectMany(static topic => topic.Partitions.Select(index => new TopicPartition(topic.Topic, index))).ToHashSet();
        return ValueTask.FromResult(new DescribeLogDirsResponse
        {
            Results = [.. replicas.Logs.Directories.Select(directory => Describe(directory, asked))],
        });
    }

    /// <inheritdoc/>
    protected override DescribeLogDirsResponse OnError(RequestContext context, DescribeLogDirsRequest request, ErrorCode error) => new() { ErrorCode = error };

    private DescribeLogDirsResponse.DescribeLogDirsResult Describe(LogDirectory directory, HashSet<TopicPartition>? asked)
    {
        var result = new DescribeLogDirsResponse.DescribeLogDirsResult { LogDir = directory.AbsolutePath };
        try
        {
            (result.TotalBytes, result.UsableBytes) = (directory.Store.TotalBytes, directory.Store.UsableBytes);
            result.Topics.AddRange(directory.StoredLogs
                .Where(log => asked?.Contains(log.TopicPartition) != false)
                .GroupBy(static log => log.TopicPartition.Topic, StringComparer.Ordinal)
                .Select(topic => new DescribeLogDirsResponse.DescribeLogDirsTopic { Name = topic.Key, Partitions = [.. topic.Select(Describe)] }));
        }
        catch (Exception exception) when (exception is LogStoreException or IOException or UnauthorizedAccessException)
        {
            Services.Logger.DirectoryNotDescribed(exception, directory.Path);
            return new DescribeLogDirsResponse.DescribeLogDirsResult { LogDir = directory.AbsolutePath, ErrorCode = ErrorCode.KafkaStorageError };
        }

        return result;
    }

    private DescribeLogDirsResponse.DescribeLogDirsPartition Describe(PartitionLog log) => new()
    {
        PartitionIndex = log.TopicPartition.Partition, PartitionSize = log.Size, OffsetLag = Lag(log), IsFutureKey = log.IsFuture,
    };

    /// <summary>A copy that is being filled lags behind the log that it will replace, a replica behind the high watermark.</summary>
    private long Lag(PartitionLog log)
    {
        if (!replicas.TryGet(log.TopicPartition, out var partition) || partition.Log is not { } current)
        {
            return UnknownLag;
        }

        return log.IsFuture ? current.LogEndOffset - log.LogEndOffset : Math.Max(current.HighWatermark - log.LogEndOffset, 0);
    }
}
