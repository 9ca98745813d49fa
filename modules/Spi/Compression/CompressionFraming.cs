namespace Kafka.Modular.Spi.Compression;

/// <summary>Variants of how compressed bytes are framed.</summary>
public enum CompressionFraming
{
    /// <summary>As in record batches (magic 2) and messages of magic 1.</summary>
    Standard,

    /// <summary>
    /// As in messages of magic 0: the header checksum of an LZ4 frame also covers its magic number (KAFKA-3160), and readers ignore it. The
    /// other types have no such variant.
    /// </summary>
    Legacy,
}
