namespace Kafka.Modular.LogStorage;

/// <summary>How far a read may go.</summary>
public enum ReadIsolation
{
    /// <summary>To the end of the log: followers, and the broker itself.</summary>
    LogEnd,

    /// <summary>To the high watermark: consumers.</summary>
    HighWatermark,

    /// <summary>To the last stable offset: consumers with <c>read_committed</c>.</summary>
    Committed,
}
