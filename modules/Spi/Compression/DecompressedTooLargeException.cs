namespace Kafka.Modular.Spi.Compression;

/// <summary>Compressed data grows beyond what the reader allows.</summary>
public sealed class DecompressedTooLargeException : IOException
{
    /// <summary>Creates the error.</summary>
    /// <param name="codec">Id of the codec.</param>
    /// <param name="limit">Bytes that were allowed.</param>
    public DecompressedTooLargeException(string codec, long limit)
        : base($"{codec} data decompresses to more than {limit} bytes.")
    {
        Codec = codec;
        Limit = limit;
    }

    /// <summary>Id of the codec.</summary>
    public string Codec { get; }

    /// <summary>Bytes that were allowed.</summary>
    public long Limit { get; }
}
