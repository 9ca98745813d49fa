namespace Kafka.Modular.Compression.Snappy;

/// <summary>
/// Framing of snappy-java: an 8-byte magic, int32 version and int32 oldest compatible version, then blocks of int32 length and a plain snappy
/// block, all big endian. A header may come again where streams were joined.
/// </summary>
internal static class XerialFraming
{
    public const int HeaderBytes = 16;
    public const int Version = 1;

    /// <summary>Content of a block as snappy-java writes it.</summary>
    public const int BlockBytes = 32 * 1024;

    public static ReadOnlySpan<byte> Magic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];
}
