using System.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// Decompression ends with bytes or with a <see cref="CorruptCompressedDataException"/>. An input is a byte that chooses codec (bits 0 and 1) and framing
/// (bit 2), then the compressed bytes.
/// </summary>
internal sealed class CompressionTarget : PureTarget
{
    // A few bytes may stand for very many: whoever decompresses has a limit.
    private const int MostOutput = 1024 * 1024;

    private readonly ICompressionCodec[] _codecs = Codecs.Create();
    private readonly byte[] _output = new byte[16 * 1024];

    public override string Name => "compression";

    public override int DefaultInputs => 30_000;

    public override byte[] Create(RandomSource random)
    {
        var choice = random.Next(8);
        var plain = new byte[random.Next(random.Next(32) == 0 ? 40_000 : 600)];
        var alphabet = 1 + random.Next(256);
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = (byte)random.Next(alphabet);
        }

        var compressed = new ArrayBufferWriter<byte>();
        _codecs[choice & 3].Compress(plain, compressed, null, Framing(choice));
        return [(byte)choice, .. compressed.WrittenSpan];
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) =>
        [random.Next(64) == 0 ? (byte)random.Next(8) : input[0], .. Mutation.Mutate(input[1..], other[1..], random)];

    protected override bool Run(byte[] input)
    {
        try
        {
            using var decompressor = _codecs[input[0] & 3].OpenDecompressor(input.AsMemory(1), Framing(input[0]));
            var total = 0;
            for (int read; total < MostOutput && (read = decompressor.Read(_output)) > 0; total += read)
            {
                Require(read <= _output.Length, "more was read than there was room");
            }

            return true;
        }
        catch (CorruptCompressedDataException)
        {
            return false;
        }
    }

    // A frame of LZ4 says that its blocks have up to 4 MiB, and a block of Snappy is decompressed as a whole.
    protected override long AllocationLimit(byte[] input) => (6 * 1024 * 1024) + (input.Length * 64L);

    private static CompressionFraming Framing(int choice) => (choice & 4) == 0 ? CompressionFraming.Standard : CompressionFraming.Legacy;
}
