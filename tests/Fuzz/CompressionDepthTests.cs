using Kafka.Modular.Fuzz.Tests.Targets;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Fuzz.Tests;

/// <summary>Inputs that are too large for the corpus: what repeats must not need a stack that grows with it.</summary>
public sealed class CompressionDepthTests
{
    [Test]
    public void A_stream_of_nothing_but_headers_of_snappy_ends()
    {
        byte[] header = [0x82, .. "SNAPPY"u8, 0, 0, 0, 0, 1, 0, 0, 0, 1];
        var stream = new byte[1024 * 1024];
        for (var position = 0; position < stream.Length; position += header.Length)
        {
            header.CopyTo(stream, position);
        }

        using var decompressor = Codecs.Create()[1].OpenDecompressor(stream, CompressionFraming.Standard);
        Assert.That(decompressor.Read(new byte[100]), Is.Zero);
    }
}
