using System.Buffers;
using CsCheck;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Plugins.Tests.Compression;

[TestFixtureSource(typeof(Codecs), nameof(Codecs.Ids))]
public sealed class CodecTests(string id)
{
    // Repeating, random and mixed contents over the sizes at which blocks and windows end.
    private static readonly Gen<byte[]> s_contents = Gen.Int[0, 200_000].SelectMany(length => Gen.Int[1, 300].Select(Gen.Int).Select((period, seed) =>
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        if (seed % 3 != 0)
        {
            for (var i = period; i < length; i++)
                bytes[i] = seed % 3 == 1 ? bytes[i - period] : (byte)(bytes[i] % (period < 16 ? period : 16));
        }

        return bytes;
    }));

    private readonly ICompressionCodec _codec = Codecs.Of(id);

    [Test]
    public void What_is_compressed_comes_back()
        => s_contents.Sample(content => _codec.Decompress(_codec.Compress(content)).AsSpan().SequenceEqual(content), iter: 60);

    [Test]
    public void Pieces_of_any_size_go_in_and_come_out()
        => s_contents.Select(Gen.Int[1, 70_000], Gen.Int[1, 70_000]).Sample(
            (content, writes, reads) =>
            {
                var output = new ArrayBufferWriter<byte>();
                using (var compressor = _codec.OpenCompressor(output, null, CompressionFraming.Standard))
                {
                    for (var i = 0; i < content.Length; i += writes)
                        compressor.Write(content.AsSpan(i, Math.Min(writes, content.Length - i)));
                    compressor.Finish();
                }

                using var decompressor = _codec.OpenDecompressor(output.WrittenMemory, CompressionFraming.Standard);
                var back = new List<byte>();
                var piece = new byte[reads];
                for (int read; (read = decompressor.Read(piece)) > 0;)
                    back.AddRange(piece.AsSpan(0, read));
                return decompressor.Read(piece) == 0 && back.SequenceEqual(content);
            },
            iter: 40);

    [Test]
    public void Every_level_of_the_range_works_and_others_are_refused()
    {
        var content = "level after level after level "u8.ToArray().Concat(new byte[5000]).ToArray();
        if (_codec.Levels is not { } levels)
        {
            Assert.That(id, Is.EqualTo("snappy"));
            return;
        }

        for (var level = Math.Max(levels.Min, -7); level <= levels.Max; level++)
            Assert.That(_codec.Decompress(_codec.Compress(content, level)), Is.EqualTo(content), $"level {level}");
        Assert.That(_codec.Decompress(_codec.Compress(content, levels.Min)), Is.EqualTo(content));
        if (levels.Automatic is { } automatic)
            Assert.That(_codec.Compress(content, automatic), Is.EqualTo(_codec.Compress(content)));
        Assert.That(() => _codec.Compress(content, levels.Min - (id == "gzip" ? 3 : 1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => _codec.Compress(content, levels.Max + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_ranges_and_numbers_are_Kafkas()
    {
        var expected = id switch
        {
            "gzip" => (1, "1..9 -1"),
            "snappy" => (2, ""),
            "lz4" => (3, "1..17 "),
            _ => (4, "-131072..22 "),
        };
        var levels = _codec.Levels;
        Assert.That((_codec.Type, levels is null ? "" : $"{levels.Min}..{levels.Max} {levels.Automatic}"), Is.EqualTo(expected));
        Assert.That(_codec.Id, Is.EqualTo(id));
    }

    [Test]
    public void A_bomb_is_stopped_at_the_limit_without_taking_its_memory()
    {
        var bomb = _codec.Compress(new byte[64 * 1024 * 1024]);
        var output = new CountingWriter();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(
            () => _codec.Decompress(bomb, output, 1024 * 1024),
            Throws.InstanceOf<DecompressedTooLargeException>().With.Property("Limit").EqualTo(1024 * 1024).And.Message.Contains(id));
        Assert.That(output.Written, Is.EqualTo(1024 * 1024));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2 * 1024 * 1024));
        Assert.That(_codec.Decompress(bomb, new CountingWriter(), 64 * 1024 * 1024), Is.EqualTo(64 * 1024 * 1024), "just fits");
    }

    [Test]
    public void Data_that_ends_early_is_corrupt_wherever_it_ends()
    {
        var content = new byte[100_000];
        new Random(5).NextBytes(content.AsSpan(0, 3000));
        for (var i = 50_000; i < 60_000; i++)
            content[i] = (byte)(i * 7);
        var compressed = _codec.Compress(content);
        for (var length = 0; length < compressed.Length; length += length < 200 || length > compressed.Length - 200 ? 1 : 37)
        {
            // Framed snappy has no end mark: a stream that ends between two blocks is a shorter stream, as it is for snappy-java.
            byte[]? back = null;
            try
            {
                back = _codec.Decompress(compressed[..length]);
            }
            catch (CorruptCompressedDataException error)
            {
                Assert.That(error.Codec, Is.EqualTo(id));
            }

            if (back is not null)
                Assert.That(id == "snappy" && content.AsSpan().StartsWith(back) && back.Length % (32 * 1024) == 0, $"cut at {length}");
        }
    }

    [Test]
    public void Damaged_data_is_read_or_refused_by_name_and_nothing_else()
    {
        var content = new byte[70_000];
        new Random(9).NextBytes(content.AsSpan(20_000, 10_000));
        var compressed = _codec.Compress(content);
        Gen.Int[0, compressed.Length - 1].Select(Gen.Byte, Gen.Int[0, 40]).Sample(
            (position, value, length) =>
            {
                var damaged = compressed.ToArray();
                damaged.AsSpan(position, Math.Min(length + 1, damaged.Length - position)).Fill(value);
                return IsReadOrRefused(damaged);
            },
            iter: 2000);
    }

    [Test]
    public void Random_bytes_are_refused_by_name()
        => Gen.Byte.Array[0, 200].Sample(IsReadOrRefused, iter: 3000);

    [Test]
    public void Many_threads_may_use_one_codec()
    {
        var content = Enumerable.Range(0, 50_000).Select(i => (byte)(i % 97)).ToArray();
        Parallel.For(0, 64, i => Assert.That(_codec.Decompress(_codec.Compress(content[i..])).AsSpan().SequenceEqual(content.AsSpan(i)), $"{i}"));
    }

    [Test]
    public void A_codec_works_after_an_operation_was_given_up()
    {
        var content = Enumerable.Range(0, 300_000).Select(i => (byte)(i % 251)).ToArray();
        var compressed = _codec.Compress(content);
        for (var i = 0; i < 3; i++)
        {
            using (var compressor = _codec.OpenCompressor(new ArrayBufferWriter<byte>(), null, CompressionFraming.Standard))
                compressor.Write(content);
            using (var decompressor = _codec.OpenDecompressor(compressed, CompressionFraming.Standard))
                Assert.That(decompressor.Read(new byte[10]), Is.Positive);
            Assert.That(_codec.Decompress(_codec.Compress(content)), Is.EqualTo(content));
        }
    }

    private bool IsReadOrRefused(byte[] bytes)
    {
        try
        {
            _codec.Decompress(bytes, new CountingWriter(), 10_000_000);
        }
        catch (Exception error) when (error is CorruptCompressedDataException or DecompressedTooLargeException)
        {
            // Refused by name.
        }

        return true;
    }

    private sealed class CountingWriter : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[128 * 1024];

        public long Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
