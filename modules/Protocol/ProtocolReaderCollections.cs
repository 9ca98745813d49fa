using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Protocol;

/// <summary>Collections and tagged fields.</summary>
public ref partial struct ProtocolReader
{
    // A list begins no larger than this and grows as its elements really arrive.
    private const int FirstCapacity = 256;

    /// <summary>Reads the number of a collection's elements; -1 for null.</summary>
    /// <exception cref="ProtocolException">More elements than the limit, or than the rest of the frame can hold.</exception>
    public int ReadCount(bool flexible, bool nullable)
    {
        long count = ReadLength(flexible);
        if (count > ProtocolLimits.Elements)
        {
            throw new ProtocolException($"a collection of {count} elements is larger than {ProtocolLimits.Elements}");
        }

        // Every element takes at least one byte.
        if (count > Remaining)
        {
            throw new ProtocolException($"a collection of {count} elements cannot be in the {Remaining} bytes that are left");
        }

        return count switch
        {
            >= 0 => (int)count,
            -1 when nullable => -1,
            -1 => throw new ProtocolException("null stands where a collection is required"),
            _ => throw new ProtocolException($"the number of elements {count} is negative"),
        };
    }

    /// <summary>Reads a list of structs.</summary>
    public List<T>? ReadStructList<T>(bool flexible, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        int count = ReadCount(flexible, nullable);
        if (count < 0)
        {
            return null;
        }

        var list = new List<T>(Math.Min(count, FirstCapacity));
        for (int i = 0; i < count; i++)
        {
            list.Add(T.Read(ref this, version));
        }

        return list;
    }

    /// <summary>Reads a list in place, and goes over its elements once, so that enumerating it never fails.</summary>
    public MessageViewList<T> ReadViewList<T>(bool flexible, bool nullable, short version)
        where T : IMessageView<T>, allows ref struct
    {
        int count = ReadCount(flexible, nullable);
        ProtocolReader first = this;
        for (int i = 0; i < count; i++)
        {
            T.Read(ref this, version);
        }

        return new MessageViewList<T>(first, count, version);
    }

    /// <summary>Reads a list of int32 in place.</summary>
    public Int32ViewList ReadInt32ViewList(bool flexible, bool nullable)
    {
        int count = ReadCount(flexible, nullable);
        return count < 0 ? new Int32ViewList(default, true) : new Int32ViewList(Take(count * sizeof(int)), false);
    }

    /// <summary>Reads a list of strings.</summary>
    public List<string>? ReadStringList(bool flexible, bool nullable)
    {
        int count = ReadCount(flexible, nullable);
        if (count < 0)
        {
            return null;
        }

        var list = new List<string>(Math.Min(count, FirstCapacity));
        for (int i = 0; i < count; i++)
        {
            list.Add(ReadString(flexible));
        }

        return list;
    }

    /// <summary>Reads a list of uuids.</summary>
    public List<Uuid>? ReadUuidList(bool flexible, bool nullable)
    {
        List<Uuid>? list = ReadFixedList<Uuid>(flexible, nullable, Uuid.Size, out ReadOnlySpan<byte> bytes);
        Span<Uuid> values = CollectionsMarshal.AsSpan(list);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Uuid.Read(bytes[(i * Uuid.Size)..]);
        }

        return list;
    }

    /// <summary>Reads a list of int8.</summary>
    public List<T>? ReadInt8List<T>(bool flexible, bool nullable)
        where T : unmanaged
    {
        List<T>? list = ReadFixedList<T>(flexible, nullable, sizeof(sbyte), out ReadOnlySpan<byte> bytes);
        bytes.CopyTo(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(list)));
        return list;
    }

    /// <summary>Reads a list of int16.</summary>
    public List<T>? ReadInt16List<T>(bool flexible, bool nullable)
        where T : unmanaged
    {
        List<T>? list = ReadFixedList<T>(flexible, nullable, sizeof(short), out ReadOnlySpan<byte> bytes);
        Span<short> values = MemoryMarshal.Cast<T, short>(CollectionsMarshal.AsSpan(list));
        FromNetwork(bytes, values, static (source, target) => BinaryPrimitives.ReverseEndianness(source, target));
        return list;
    }

    /// <summary>Reads a list of int32.</summary>
    public List<T>? ReadInt32List<T>(bool flexible, bool nullable)
        where T : unmanaged
    {
        List<T>? list = ReadFixedList<T>(flexible, nullable, sizeof(int), out ReadOnlySpan<byte> bytes);
        Span<int> values = MemoryMarshal.Cast<T, int>(CollectionsMarshal.AsSpan(list));
        FromNetwork(bytes, values, static (source, target) => BinaryPrimitives.ReverseEndianness(source, target));
        return list;
    }

    /// <summary>Reads a list of int64.</summary>
    public List<T>? ReadInt64List<T>(bool flexible, bool nullable)
        where T : unmanaged
    {
        List<T>? list = ReadFixedList<T>(flexible, nullable, sizeof(long), out ReadOnlySpan<byte> bytes);
        Span<long> values = MemoryMarshal.Cast<T, long>(CollectionsMarshal.AsSpan(list));
        FromNetwork(bytes, values, static (source, target) => BinaryPrimitives.ReverseEndianness(source, target));
        return list;
    }

    /// <summary>Reads the number of tagged fields.</summary>
    /// <exception cref="ProtocolException">More than the limit.</exception>
    public int ReadTagCount()
    {
        uint count = ReadUnsignedVarint();
        return count <= ProtocolLimits.TaggedFields
            ? (int)count
            : throw new ProtocolException($"{count} tagged fields are more than {ProtocolLimits.TaggedFields}");
    }

    /// <summary>Reads a tag and its length; <paramref name="end"/> is the position after its value.</summary>
    public int ReadTag(out int end)
    {
        uint tag = ReadUnsignedVarint();
        uint length = ReadUnsignedVarint();
        if (tag > int.MaxValue)
        {
            throw new ProtocolException($"the tag {tag} is out of range");
        }

        if (length > (uint)Remaining)
        {
            ThrowShort(length);
        }

        end = position + (int)length;
        return (int)tag;
    }

    /// <summary>Refuses a tagged field whose value does not use up its length.</summary>
    public readonly void EndTag(int end)
    {
        if (position != end)
        {
            throw new ProtocolException($"a tagged field ends at position {position} instead of {end}");
        }
    }

    /// <summary>Reads the value of a tagged field that the schema does not know.</summary>
    public UnknownTag ReadUnknownTag(int tag, int end) => new(tag, Take(end - position).ToArray());

    /// <summary>Reads the tagged fields of a struct that has none in the schema; null when there are none.</summary>
    public List<UnknownTag>? ReadUnknownTags()
    {
        List<UnknownTag>? tags = null;
        for (int left = ReadTagCount(); left > 0; left--)
        {
            int tag = ReadTag(out int end);
            (tags ??= []).Add(ReadUnknownTag(tag, end));
        }

        return tags;
    }

    /// <summary>Passes over the tagged fields of a struct that has none in the schema.</summary>
    public void SkipTags()
    {
        for (int left = ReadTagCount(); left > 0; left--)
        {
            ReadTag(out int end);
            position = end;
        }
    }

    private static void FromNetwork<T>(ReadOnlySpan<byte> bytes, Span<T> values, Reverse<T> reverse)
        where T : unmanaged
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(values));
        if (BitConverter.IsLittleEndian)
        {
            reverse(values, values);
        }
    }

    private delegate void Reverse<T>(ReadOnlySpan<T> source, Span<T> target);

    private List<T>? ReadFixedList<T>(bool flexible, bool nullable, int size, out ReadOnlySpan<byte> bytes)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() != size)
        {
            throw new InvalidOperationException($"{typeof(T)} is not {size} bytes long");
        }

        bytes = default;
        int count = ReadCount(flexible, nullable);
        if (count < 0)
        {
            return null;
        }

        bytes = Take(count * size);
        var list = new List<T>(count);
        CollectionsMarshal.SetCount(list, count);
        return list;
    }
}
