using System.Buffers.Binary;
using System.Buffers.Text;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Core.Ids;

/// <summary>
/// A 128-bit id as Kafka uses it for topics, directories, incarnations and clusters. Its text is base64url without padding, 22 characters.
/// </summary>
/// <param name="MostSignificantBits">The first eight bytes on the wire.</param>
/// <param name="LeastSignificantBits">The last eight bytes on the wire.</param>
public readonly record struct Uuid(long MostSignificantBits, long LeastSignificantBits) : IComparable<Uuid>
{
    /// <summary>Size in bytes on the wire.</summary>
    public const int Size = 16;

    /// <summary>Length of the text in characters.</summary>
    public const int TextLength = 22;

    /// <summary>All bits zero: "no id".</summary>
    public static Uuid Zero => default;

    /// <summary>Reserved: the id of the topic <c>__cluster_metadata</c>.</summary>
    public static Uuid One => new(0, 1);

    /// <summary>The topic id of the metadata log.</summary>
    public static Uuid MetadataTopicId => One;

    /// <summary>True for the ids that are never handed out to a topic: <see cref="Zero"/> and <see cref="One"/>.</summary>
    public bool IsReserved => MostSignificantBits == 0 && LeastSignificantBits is 0 or 1;

    /// <summary>Reads 16 bytes, most significant first.</summary>
    public static Uuid Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64BigEndian(source), BinaryPrimitives.ReadInt64BigEndian(source[8..]));

    /// <summary>Writes 16 bytes, most significant first.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, MostSignificantBits);
        BinaryPrimitives.WriteInt64BigEndian(destination[8..], LeastSignificantBits);
    }

    /// <summary>
    /// A random id (RFC 9562, version 4) that is not reserved and whose text does not begin with a dash, because command lines take that for an option.
    /// </summary>
    public static Uuid CreateRandom(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Size];
        while (true)
        {
            random.NextBytes(bytes);
            bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
            bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
            // The first base64 character is a dash when the top six bits are 62.
            if (bytes[0] >> 2 != 62)
            {
                return Read(bytes);
            }
        }
    }

    /// <summary>Parses the base64url text, with or without padding.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Uuid uuid)
    {
        uuid = default;
        Span<byte> bytes = stackalloc byte[Size + 2];
        if (text.Length is < TextLength or > TextLength + 2
            || text.ContainsAny(" \t\r\n\f")
            || !Base64Url.IsValid(text, out int length)
            || length != Size
            || !Base64Url.TryDecodeFromChars(text, bytes, out _))
        {
            return false;
        }

        uuid = Read(bytes);
        return true;
    }

    /// <summary>Parses the base64url text.</summary>
    /// <exception cref="FormatException">The text is not 16 bytes in base64url.</exception>
    public static Uuid Parse(string text) =>
        TryParse(text, out Uuid uuid) ? uuid : throw new FormatException($"'{text}' is not a 22-character base64url uuid");

    /// <inheritdoc/>
    public int CompareTo(Uuid other)
    {
        int order = MostSignificantBits.CompareTo(other.MostSignificantBits);
        return order != 0 ? order : LeastSignificantBits.CompareTo(other.LeastSignificantBits);
    }

    /// <summary>The 22-character base64url text.</summary>
    public override string ToString() =>
        string.Create(TextLength, this, static (span, uuid) => uuid.TryFormat(span, out _));

    /// <summary>Writes the 22-character base64url text.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.TryEncodeToChars(bytes, destination, out charsWritten);
    }

    /// <summary>Orders by the signed most, then the signed least significant bits, as Kafka does.</summary>
    public static bool operator <(Uuid left, Uuid right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the signed most, then the signed least significant bits, as Kafka does.</summary>
    public static bool operator <=(Uuid left, Uuid right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the signed most, then the signed least significant bits, as Kafka does.</summary>
    public static bool operator >(Uuid left, Uuid right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the signed most, then the signed least significant bits, as Kafka does.</summary>
    public static bool operator >=(Uuid left, Uuid right) => left.CompareTo(right) >= 0;
}
