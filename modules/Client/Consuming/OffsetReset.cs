namespace Kafka.Modular.Client.Consuming;

/// <summary>Where a consumer begins when it has no offset, or one that is not there any more: <c>auto.offset.reset</c>.</summary>
public enum OffsetReset
{
    /// <summary>After the last record.</summary>
    Latest,

    /// <summary>At the first record.</summary>
    Earliest,

    /// <summary>Nowhere: it is an error.</summary>
    None,

    /// <summary>At the first record that is not older than a duration (KIP-1106).</summary>
    ByDuration,
}
