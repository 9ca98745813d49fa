namespace Kafka.Modular.Protocol.Records;

/// <summary>Who set the timestamps of a batch (KIP-32).</summary>
public enum TimestampType : sbyte
{
    /// <summary>The format has no timestamps: magic 0.</summary>
    NoTimestampType = -1,

    /// <summary>The producer.</summary>
    CreateTime = 0,

    /// <summary>The broker: every record of the batch has the batch's maximum timestamp.</summary>
    LogAppendTime = 1,
}
