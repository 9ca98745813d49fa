using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Protocol;

/// <summary>
/// Reads Kafka's encoding from bytes that a stranger sent. Whatever they hold, the only exception is <see cref="ProtocolException"/>, and nothing is
/// allocated for a length before the bytes are there.
/// </summary>
/// <remarks><c>flexible</c> chooses the compact lengths of KIP-482.</remarks>
public ref partial struct ProtocolReader
{
    private readonly ReadOnlyMemory<byte> memory;
    private readonly ReadOnlySpan<byte> span;
    private int position;

    /// <summary>Reads a frame; slices and records share its memory.</summary>
    public ProtocolReader(ReadOnlyMemory<byte> memory)
    {
        this.memory = memory;
        span = memory.Span;
    }

    /// <summary>Reads bytes that will not outlive the call; slices and records are copies.</summary>
    public ProtocolReader(ReadOnlySpan<byte> span) => this.span = span;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => position;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => span.Length - position;

    /// <summary>The bytes that are left.</summary>
    public readonly ReadOnlySpan<byte> Rest => span[position..];

    /// <summary>Refuses a message that does not use up its frame.</summary>
    /// <exception cref="ProtocolException">Bytes are left over.</exception>
    public readonly void EnsureEnd()
    {
        if (Remaining != 0)
        {
            throw new ProtocolException($"{Remaining} bytes follow the end of the message");
        }
    }

    /// <summary>Passes over bytes.</summary>
    public void Skip(int count) => Take(count);

    /// <summary>Reads bytes as they are; the span is that of the frame.</summary>
    public ReadOnlySpan<byte> ReadRaw(int count) => Take(count);

    /// <summary>Reads a bool: any byte but 0 is true.</summary>
    public bool ReadBoolean() => Take(1)[0] != 0;

    /// <summary>Reads an int8.</summary>
    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    /// <summary>Reads an int16.</summary>
    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    /// <summary>Reads a uint16.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    /// <summary>Reads an int32.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    /// <summary>Reads a uint32.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Reads an int64.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>Reads a float64.</summary>
    public double ReadFloat64() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>Reads a uuid.</summary>
    public Uuid ReadUuid() => Uuid.Read(Take(Uuid.Size));

    /// <summary>Reads an unsigned varint of at most five bytes.</summary>
    public uint ReadUnsignedVarint()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = Take(1)[0];
            if (shift == 28 && next > 0x0f)
            {
                break;
            }

            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new ProtocolException("a varint is longer than 32 bits");
    }

    /// <summary>Reads a zigzag varint, as records have them.</summary>
    public int ReadVarint()
    {
        uint raw = ReadUnsignedVarint();
        return (int)(raw >> 1) ^ -(int)(raw & 1);
    }

    /// <summary>Reads a zigzag varlong, as records have them.</summary>
    public long ReadVarlong()
    {
        ulong raw = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte next = Take(1)[0];
            if (shift == 63 && next > 1)
            {
                break;
            }

            raw |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)(raw >> 1) ^ -(long)(raw & 1);
            }
        }

        throw new ProtocolException("a varlong is longer than 64 bits");
    }

    /// <summary>Reads a string that cannot be null.</summary>
    public string ReadString(bool flexible) => ReadString(flexible, false)!;

    /// <summary>Reads a string.</summary>
    public string? ReadString(bool flexible, bool nullable) =>
        TryReadUtf8(flexible, nullable, out ReadOnlySpan<byte> bytes) ? Encoding.UTF8.GetString(bytes) : null;

    /// <summary>Reads a string's bytes in place; false for null.</summary>
    public bool TryReadUtf8(bool flexible, bool nullable, out ReadOnlySpan<byte> bytes)
    {
        long length = flexible ? ReadUnsignedVarint() - 1L : ReadInt16();
        if (length > ProtocolLimits.StringBytes)
        {
            throw new ProtocolException($"a string of {length} bytes is longer than {ProtocolLimits.StringBytes}");
        }

        return TryTake(length, nullable, out bytes);
    }

    /// <summary>Reads bytes into an array of their own.</summary>
    public byte[]? ReadBytes(bool flexible, bool nullable) =>
        TryTake(ReadLength(flexible), nullable, out ReadOnlySpan<byte> bytes) ? bytes.ToArray() : null;

    /// <summary>Reads bytes in place; empty for null.</summary>
    public ReadOnlySpan<byte> ReadByteSpan(bool flexible, bool nullable) =>
        TryTake(ReadLength(flexible), nullable, out ReadOnlySpan<byte> bytes) ? bytes : default;

    /// <summary>Reads bytes as a slice of the frame.</summary>
    public ReadOnlyMemory<byte> ReadSlice(bool flexible) => ReadNullableSlice(flexible, false).GetValueOrDefault();

    /// <summary>Reads bytes as a slice of the frame, or null.</summary>
    public ReadOnlyMemory<byte>? ReadNullableSlice(bool flexible, bool nullable) =>
        TryTake(ReadLength(flexible), nullable, out ReadOnlySpan<byte> bytes) ? Share(bytes) : default(ReadOnlyMemory<byte>?);

    /// <summary>Reads records as a slice of the frame.</summary>
    public Messages.Records ReadRecords(bool flexible, bool nullable) =>
        ReadNullableSlice(flexible, nullable) is { } slice ? new Messages.Records(slice) : Messages.Records.Null;

    /// <summary>Reads a nullable struct: a sign before it says whether it is there (int8, inside a tag an unsigned varint).</summary>
    public T? ReadStruct<T>(bool tagged, bool nullable, short version)
        where T : class, IMessageStruct<T>, new()
    {
        if (!nullable)
        {
            return T.Read(ref this, version);
        }

        return HasStruct(tagged) ? T.Read(ref this, version) : null;
    }

    /// <summary>Reads the sign before a nullable struct.</summary>
    public bool HasStruct(bool tagged)
    {
        // In a tag any value but 0 counts as present, outside any negative one as absent, as in Kafka.
        return tagged ? ReadUnsignedVarint() != 0 : ReadInt8() >= 0;
    }

    private long ReadLength(bool flexible) => flexible ? ReadUnsignedVarint() - 1L : ReadInt32();

    private bool TryTake(long length, bool nullable, out ReadOnlySpan<byte> bytes)
    {
        if (length >= 0)
        {
            if (length > Remaining)
            {
                ThrowShort(length);
            }

            bytes = span.Slice(position, (int)length);
            position += (int)length;
            return true;
        }

        bytes = default;
        if (length != -1)
        {
            throw new ProtocolException($"the length {length} is negative");
        }

        return nullable ? false : throw new ProtocolException("null stands where a value is required");
    }

    private readonly ReadOnlyMemory<byte> Share(ReadOnlySpan<byte> bytes) =>
        memory.IsEmpty ? bytes.ToArray() : memory.Slice(position - bytes.Length, bytes.Length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            ThrowShort(count);
        }

        ReadOnlySpan<byte> bytes = span.Slice(position, count);
        position += count;
        return bytes;
    }

    [DoesNotReturn]
    private readonly void ThrowShort(long wanted) =>
        throw new ProtocolException($"{wanted} bytes are wanted at position {position}, {Remaining} are there");
}
