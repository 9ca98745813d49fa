using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Cli.Records;

/// <summary>Kafka's own deserializers by their class names, each giving the text that its value prints as.</summary>
internal static class TextDeserializer
{
    private const string Package = "org.apache.kafka.common.serialization.";

    /// <summary>The deserializer of a class name.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public static Func<ReadOnlyMemory<byte>, string> Of(string name) => (name.StartsWith(Package, StringComparison.Ordinal) ? name[Package.Length..] : name) switch
    {
        "StringDeserializer" => static bytes => Encoding.UTF8.GetString(bytes.Span),
        "ShortDeserializer" => static bytes => Text(BinaryPrimitives.ReadInt16BigEndian(Sized(bytes, sizeof(short)))),
        "IntegerDeserializer" => static bytes => Text(BinaryPrimitives.ReadInt32BigEndian(Sized(bytes, sizeof(int)))),
        "LongDeserializer" => static bytes => Text(BinaryPrimitives.ReadInt64BigEndian(Sized(bytes, sizeof(long)))),
        "FloatDeserializer" => static bytes => JavaNumber.Format(double.Parse(BinaryPrimitives.ReadSingleBigEndian(Sized(bytes, sizeof(float))).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)),
        "DoubleDeserializer" => static bytes => JavaNumber.Format(BinaryPrimitives.ReadDoubleBigEndian(Sized(bytes, sizeof(double)))),
        "BooleanDeserializer" => static bytes => Sized(bytes, 1)[0] != 0 ? "true" : "false",
        "UUIDDeserializer" => static bytes => Encoding.UTF8.GetString(bytes.Span),
        "BytesDeserializer" => static bytes => Escaped(bytes.Span),
        _ => throw new ToolException($"The deserializer {name} is not there; Kafka's own are: String, Short, Integer, Long, Float, Double, Boolean, UUID and BytesDeserializer."),
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static ReadOnlySpan<byte> Sized(ReadOnlyMemory<byte> bytes, int size) => bytes.Length == size
        ? bytes.Span
        : throw new ToolException($"Size of data received by the deserializer is not {size}: it is {bytes.Length}");

    // As org.apache.kafka.common.utils.Bytes prints itself.
    private static string Escaped(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var each in bytes)
        {
            if (each is >= 0x20 and <= 0x7e && each != (byte)'\\')
                text.Append((char)each);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{each:X2}");
        }

        return text.ToString();
    }
}
