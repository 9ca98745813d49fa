using Kafka.Modular.Core.Ids;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage;

/// <summary>Logs that are stored here and belong to no replica of this broker: their topic was deleted, or moved, while the broker did not run.</summary>
public sealed partial class LogManager
{
    /// <summary>
    /// Takes logs out of service and renames them to <c>topic-0.id-stray</c>, so that they are in nobody's way. They are not deleted: that is for an operator,
    /// as in Kafka.
    /// </summary>
    /// <param name="partitions">The partitions; those without a log are passed over.</param>
    /// <param name="onFault">Told which log could not be renamed, and why; the others go on.</param>
    /// <param name="cancellationToken">Gives up before the first or between two.</param>
    public async ValueTask MoveAsideAsync(
        IReadOnlyCollection<TopicPartition> partitions, Action<TopicPartition, Exception> onFault, CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken);
        var touched = new Dictionary<LogDirectory, TopicPartition>();
        try
        {
            foreach (var partition in partitions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    if (await MoveAsideLockedAsync(partition) is { } directory)
                        touched.TryAdd(directory, partition);
                }
                catch (Exception fault) when (fault is LogStoreException or IOException or InvalidOperationException)
                {
                    onFault(partition, fault);
                }
            }
        }
        finally
        {
            foreach (var (directory, first) in touched)
                ForgetGone(directory, fault => onFault(first, fault));
            _changes.Release();
        }
    }

    private async ValueTask<LogDirectory?> MoveAsideLockedAsync(TopicPartition partition)
    {
        await DeleteFutureLockedAsync(partition);
        if (!_logs.TryGetValue(partition, out var log))
            return null;
        var directory = _directories.Single(each => each.Logs.ContainsKey(partition));
        var name = LogNames.ForStray(partition, _options.Random);
        log.Rename(name);
        _logs.TryRemove(partition, out _);
        directory.Logs.TryRemove(partition, out _);
        _logger.LogMovedAside(log.ToString(), name);
        await log.DisposeAsync();
        return directory;
    }
}
