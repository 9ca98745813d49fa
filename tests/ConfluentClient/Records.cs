using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>The records that every client program writes and expects, made from their index alone. The other programs make the same ones.</summary>
internal static class Records
{
    public const int CodecStride = 1_000_000;
    public const int Partitions = 6;

    private static readonly byte[] s_table = Table();

    public static IReadOnlyList<CompressionType> Codecs { get; } =
        [CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    /// <summary>Every 100th key and every 1000th value is null, every 10th record has an empty header.</summary>
    public static Message<byte[]?, byte[]?> Of(int index)
    {
        byte[] raw = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(raw, unchecked((uint)index * 2654435761u));
        Headers headers = new() { { "index", Ascii(index.ToString(CultureInfo.InvariantCulture)) }, { "raw", raw } };
        if (index % 10 == 0)
        {
            headers.Add("empty", []);
        }

        byte[] start = Ascii($"{index}:");
        byte[] value = [.. start, .. s_table.AsSpan(index % 251, index * 7 % 180)];
        return new Message<byte[]?, byte[]?>
        {
            Key = index % 100 == 99 ? null : Ascii($"key-{index % 997}"),
            Value = index % 1000 == 500 ? null : value,
            Headers = headers,
        };
    }

    /// <summary>The index that a received record says it has.</summary>
    public static int IndexOf(Headers headers) =>
        headers.TryGetLastBytes("index", out byte[] index)
            ? int.Parse(index, CultureInfo.InvariantCulture)
            : throw new InvalidDataException("no header named index");

    private static byte[] Ascii(FormattableString text) => Encoding.ASCII.GetBytes(FormattableString.Invariant(text));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Table()
    {
        byte[] table = new byte[1024];
        int state = 1;
        for (int i = 0; i < table.Length; i++)
        {
            state = unchecked((state * 1103515245) + 12345) & 0x7fffffff;
            table[i] = (byte)(state >> 16);
        }

        return table;
    }
}
