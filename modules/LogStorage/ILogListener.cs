namespace Kafka.Modular.LogStorage;

/// <summary>Hears of what happens to a log. Called on whatever thread made it happen, with no lock held; must not block.</summary>
public interface ILogListener
{
    /// <summary>The high watermark has changed; usually it rose, after truncation it may have fallen.</summary>
    void OnHighWatermarkUpdated(PartitionLog log, long highWatermark);
}
