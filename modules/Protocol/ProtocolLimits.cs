namespace Kafka.Modular.Protocol;

/// <summary>Limits that decoding applies to what a peer sends.</summary>
public static class ProtocolLimits
{
    /// <summary>Most elements in one collection.</summary>
    public const int Elements = 1_000_000;

    /// <summary>Most tagged fields in one struct.</summary>
    public const int TaggedFields = 10_000;

    /// <summary>Most bytes in one string, as in Kafka: the old encoding's length is an int16.</summary>
    public const int StringBytes = short.MaxValue;
}
