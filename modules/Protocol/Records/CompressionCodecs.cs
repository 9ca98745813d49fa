using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Protocol.Records;

/// <summary>The codecs that the host loaded, by the type in a batch's attributes. Immutable.</summary>
public sealed class CompressionCodecs
{
    private readonly ICompressionCodec?[] _codecs = new ICompressionCodec?[8];

    /// <summary>Takes the loaded codecs.</summary>
    /// <exception cref="ArgumentException">Two codecs claim one type, or a type does not fit the attribute bits.</exception>
    public CompressionCodecs(params IEnumerable<ICompressionCodec> codecs)
    {
        foreach (var codec in codecs)
        {
            if (codec.Type is <= (int)CompressionType.None or > 7 || _codecs[codec.Type] is not null)
                throw new ArgumentException($"Codec {codec.Id} claims compression type {codec.Type}.", nameof(codecs));
            _codecs[codec.Type] = codec;
        }
    }

    /// <summary>No codec at all: only uncompressed batches can be read.</summary>
    public static CompressionCodecs Empty { get; } = new();

    /// <summary>Gives the codec of a type; false where none is loaded, and for <see cref="CompressionType.None"/>.</summary>
    public bool TryGet(CompressionType type, [NotNullWhen(true)] out ICompressionCodec? codec)
    {
        codec = (uint)type < (uint)_codecs.Length ? _codecs[(int)type] : null;
        return codec is not null;
    }
}
