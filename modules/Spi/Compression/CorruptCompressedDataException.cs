namespace Kafka.Modular.Spi.Compression;

/// <summary>Compressed data is damaged, ends early or is not of the type it claims.</summary>
public sealed class CorruptCompressedDataException : IOException
{
    /// <summary>Creates the error.</summary>
    /// <param name="codec">Id of the codec.</param>
    /// <param name="message">What is wrong with the data.</param>
    /// <param name="innerException">The library's error, if there is one.</param>
    public CorruptCompressedDataException(string codec, string message, Exception? innerException = null)
        : base($"Corrupt {codec} data: {message}", innerException)
    {
        Codec = codec;
    }

    /// <summary>Id of the codec.</summary>
    public string Codec { get; }
}
