namespace Kafka.Modular.Protocol.Records;

/// <summary>What reading the next piece of a record set came to.</summary>
public enum RecordSetStatus
{
    /// <summary>The piece is there and well formed.</summary>
    Ok,

    /// <summary>Nothing is left.</summary>
    End,

    /// <summary>The bytes end inside the piece: a torn tail in a log, the usual end of a fetch's answer.</summary>
    Truncated,

    /// <summary>A length is impossible or the magic is unknown.</summary>
    Corrupt,
}
