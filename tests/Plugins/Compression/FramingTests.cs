using System.Buffers.Binary;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Plugins.Tests.Compression;

public sealed class FramingTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 40_000).Select(i => (byte)(i / 100))];

    [Test]
    public void Snappy_is_written_in_the_framing_of_snappy_java()
    {
        var compressed = Codecs.Of("snappy").Compress(s_content);
        Assert.That(compressed[..16], Is.EqualTo(Convert.FromHexString("82534e41505059000000000100000001")));
        var first = BinaryPrimitives.ReadInt32BigEndian(compressed.AsSpan(16));
        Assert.That(Snappier.Snappy.DecompressToArray(compressed.AsSpan(20, first)), Is.EqualTo(s_content[..(32 * 1024)]));
        var second = BinaryPrimitives.ReadInt32BigEndian(compressed.AsSpan(20 + first));
        Assert.That(24 + first + second, Is.EqualTo(compressed.Length));
        Assert.That(Snappier.Snappy.DecompressToArray(compressed.AsSpan(24 + first)), Is.EqualTo(s_content[(32 * 1024)..]));
    }

    [Test]
    public void A_plain_snappy_block_is_read()
        => Assert.That(Codecs.Of("snappy").Decompress(Snappier.Snappy.CompressToArray(s_content)), Is.EqualTo(s_content));

    [Test]
    public void Joined_snappy_streams_are_read_as_one()
    {
        var codec = Codecs.Of("snappy");
        byte[] joined = [.. codec.Compress(s_content), .. codec.Compress([1, 2, 3]), .. codec.Compress([])];
        Assert.That(codec.Decompress(joined), Is.EqualTo(s_content.Concat(new byte[] { 1, 2, 3 })));
    }

    [Test]
    public void A_snappy_block_that_claims_more_than_it_can_hold_is_refused_before_memory_is_taken()
    {
        byte[] claim = [0xff, 0xff, 0xff, 0xff, 0x07, 0, 1];
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Codecs.Of("snappy").Decompress(claim), Throws.InstanceOf<CorruptCompressedDataException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1024 * 1024));
    }

    [Test]
    public void Lz4_is_written_in_independent_blocks_of_64_KiB_as_Kafkas_client_writes_it()
    {
        var compressed = Codecs.Of("lz4").Compress(s_content);
        Assert.That(compressed[..7], Is.EqualTo(Convert.FromHexString("04224d18604082")));
        Assert.That(compressed[^4..], Is.All.Zero);
    }

    [Test]
    public void A_legacy_lz4_header_has_the_checksum_of_old_clients_and_is_read_only_as_legacy()
    {
        var codec = Codecs.Of("lz4");
        var legacy = codec.Compress(s_content, framing: CompressionFraming.Legacy);
        Assert.That(legacy[6], Is.Not.EqualTo(codec.Compress(s_content)[6]));
        Assert.That(codec.Decompress(legacy, framing: CompressionFraming.Legacy), Is.EqualTo(s_content));
        Assert.That(codec.Decompress(codec.Compress(s_content), framing: CompressionFraming.Legacy), Is.EqualTo(s_content));
        Assert.That(() => codec.Decompress(legacy), Throws.InstanceOf<CorruptCompressedDataException>().With.Message.Contains("checksum"));
    }

    [Test]
    public void Lz4_frames_of_other_writers_are_read([Values] bool contentChecksum, [Values] bool blockChecksum, [Values] bool contentSize)
    {
        var settings = new K4os.Compression.LZ4.Streams.LZ4EncoderSettings
        {
            ChainBlocks = false,
            BlockSize = 256 * 1024,
            ContentChecksum = contentChecksum,
            BlockChecksum = blockChecksum,
        };
        var frame = new MemoryStream();
        using (var stream = K4os.Compression.LZ4.Streams.LZ4Stream.Encode(frame, settings, leaveOpen: true))
            stream.Write(s_content);
        var bytes = contentSize ? WithContentSize(frame.ToArray()) : frame.ToArray();
        Assert.That(Codecs.Of("lz4").Decompress(bytes), Is.EqualTo(s_content));
    }

    [Test]
    public void Our_lz4_frames_are_read_by_another_reader()
    {
        using var stream = K4os.Compression.LZ4.Streams.LZ4Stream.Decode(new MemoryStream(Codecs.Of("lz4").Compress(s_content)));
        var back = new MemoryStream();
        stream.CopyTo(back);
        Assert.That(back.ToArray(), Is.EqualTo(s_content));
    }

    [Test]
    public void Lz4_blocks_that_depend_on_each_other_are_refused_as_Kafkas_client_refuses_them()
    {
        var frame = new MemoryStream();
        using (var stream = K4os.Compression.LZ4.Streams.LZ4Stream.Encode(frame, new K4os.Compression.LZ4.Streams.LZ4EncoderSettings { ChainBlocks = true }, leaveOpen: true))
            stream.Write(s_content);
        Assert.That(
            () => Codecs.Of("lz4").Decompress(frame.ToArray()),
            Throws.InstanceOf<CorruptCompressedDataException>().With.Message.Contains("depend"));
    }

    [Test]
    public void An_lz4_block_with_a_wrong_checksum_is_refused()
    {
        var settings = new K4os.Compression.LZ4.Streams.LZ4EncoderSettings { ChainBlocks = false, BlockChecksum = true };
        var frame = new MemoryStream();
        using (var stream = K4os.Compression.LZ4.Streams.LZ4Stream.Encode(frame, settings, leaveOpen: true))
            stream.Write(s_content);
        var bytes = frame.ToArray();
        bytes[^6] ^= 1;
        Assert.That(() => Codecs.Of("lz4").Decompress(bytes), Throws.InstanceOf<CorruptCompressedDataException>().With.Message.Contains("checksum"));
    }

    [Test]
    public void Joined_gzip_members_and_zstd_frames_are_read_as_one()
    {
        foreach (var codec in new[] { Codecs.Of("gzip"), Codecs.Of("zstd") })
        {
            byte[] joined = [.. codec.Compress(s_content), .. codec.Compress([9, 9])];
            Assert.That(codec.Decompress(joined), Is.EqualTo(s_content.Concat(new byte[] { 9, 9 })), codec.Id);
        }
    }

    [Test]
    public void A_gzip_checksum_that_does_not_match_is_refused()
    {
        var compressed = Codecs.Of("gzip").Compress(s_content);
        compressed[^6] ^= 1;
        Assert.That(() => Codecs.Of("gzip").Decompress(compressed), Throws.InstanceOf<CorruptCompressedDataException>());
    }

    private static byte[] WithContentSize(byte[] frame)
    {
        byte[] header = [.. frame[..4], (byte)(frame[4] | 0x08), frame[5], .. BitConverter.GetBytes((long)s_content.Length)];
        return [.. header, (byte)(K4os.Hash.xxHash.XXH32.DigestOf(header.AsSpan(4)) >> 8), .. frame[7..]];
    }
}
