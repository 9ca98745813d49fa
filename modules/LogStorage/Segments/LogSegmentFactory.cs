using Kafka.Modular.Core.Time;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.LogStorage.Segments;

/// <summary>Makes the log's view of a stored segment, with its share of chance for rolling.</summary>
internal static class LogSegmentFactory
{
    public static LogSegment Create(ISegment segment, PartitionLogOptions options, LogConfig config)
    {
        var jitter = Math.Min(config.SegmentJitterMs, config.SegmentMs);
        return new LogSegment(
            segment, options.Time.UnixMilliseconds(), jitter <= 0 ? 0 : options.Random.NextInt64(0, jitter));
    }
}
