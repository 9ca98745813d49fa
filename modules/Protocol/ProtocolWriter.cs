using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Protocol;

/// <summary>
/// Writes Kafka's encoding into a pooled buffer that grows. Records are not copied: they become parts of their own between the bytes
/// (<see cref="CopyPartsTo"/>), unless the writer was made to hold everything in one piece.
/// </summary>
/// <remarks>
/// Not safe for use from two threads. Disposing returns the buffer and disposes the leases of all records that were written, so it is done after
/// sending. <c>flexible</c> chooses the compact lengths of KIP-482.
/// </remarks>
public sealed partial class ProtocolWriter : IDisposable
{
    private readonly bool contiguous;
    private readonly List<(int Position, Messages.Records Records)> regions = [];
    private byte[] buffer;
    private int position;
    private int regionBytes;

    /// <summary>A writer whose parts keep records apart.</summary>
    /// <param name="capacity">Bytes to begin with.</param>
    public ProtocolWriter(int capacity = 512)
        : this(capacity, false)
    {
    }

    private ProtocolWriter(int capacity, bool contiguous)
    {
        this.contiguous = contiguous;
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 64));
    }

    /// <summary>Everything written so far in bytes, records included.</summary>
    public int Length => position + regionBytes;

    /// <summary>True when some of what was written is not in the buffer but in memory or logs elsewhere.</summary>
    public bool HasRegions => regions.Count > 0;

    /// <summary>What was written, in one piece; valid until the next call.</summary>
    /// <exception cref="InvalidOperationException">The writer holds records apart.</exception>
    public ReadOnlyMemory<byte> WrittenMemory => regions.Count == 0
        ? buffer.AsMemory(0, position)
        : throw new InvalidOperationException("records are held apart; take the parts");

    /// <summary>A writer that copies records too, so that <see cref="WrittenMemory"/> is always everything. For tools, tests and log records.</summary>
    public static ProtocolWriter CreateContiguous(int capacity = 512) => new(capacity, true);

    /// <summary>A message's bytes of that version, records included.</summary>
    public static byte[] ToArray(IMessageStruct message, short version)
    {
        ArgumentNullException.ThrowIfNull(message);
        using ProtocolWriter writer = CreateContiguous();
        message.Write(writer, version);
        return writer.WrittenMemory.ToArray();
    }

    /// <summary>Adds everything written, in order, as bytes and regions. The bytes are valid until the next write, <see cref="Reset"/> or disposal.</summary>
    public void CopyPartsTo(ICollection<WritePart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        int from = 0;
        foreach ((int at, Messages.Records records) in regions)
        {
            if (at > from)
            {
                parts.Add(new WritePart(buffer.AsMemory(from, at - from), null));
            }

            parts.Add(records.TryGetMemory(out ReadOnlyMemory<byte> memory) ? new WritePart(memory, null) : new WritePart(default, records.Lease));
            from = at;
        }

        if (position > from)
        {
            parts.Add(new WritePart(buffer.AsMemory(from, position - from), null));
        }
    }

    /// <summary>Everything written, copied to one array, records included.</summary>
    /// <exception cref="IOException">Records could not be read from their log.</exception>
    public byte[] ToArray()
    {
        byte[] all = new byte[Length];
        int from = 0;
        int to = 0;
        foreach ((int at, Messages.Records records) in regions)
        {
            buffer.AsSpan(from, at - from).CopyTo(all.AsSpan(to));
            to += at - from;
            records.CopyTo(all.AsSpan(to));
            to += records.Length;
            from = at;
        }

        buffer.AsSpan(from, position - from).CopyTo(all.AsSpan(to));
        return all;
    }

    /// <summary>Forgets what was written, keeps the buffer, disposes leases.</summary>
    public void Reset()
    {
        foreach ((_, Messages.Records records) in regions)
        {
            records.Lease?.Dispose();
        }

        regions.Clear();
        position = 0;
        regionBytes = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        byte[] rented = buffer;
        buffer = [];
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Leaves room for an int32 that is known later, such as a frame's size; gives its place.</summary>
    public int ReserveInt32()
    {
        int at = position;
        Take(4);
        return at;
    }

    /// <summary>Fills in a reserved int32 with the number of bytes that were written after it, records included.</summary>
    /// <param name="at">What <see cref="ReserveInt32"/> gave. No records may have been written before it.</param>
    public void PatchLength(int at) => BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(at), Length - at - 4);

    /// <summary>Writes bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Writes a bool.</summary>
    public void WriteBoolean(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>Writes an int8.</summary>
    public void WriteInt8(sbyte value) => Take(1)[0] = (byte)value;

    /// <summary>Writes an int16.</summary>
    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(2), value);

    /// <summary>Writes a uint16.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), value);

    /// <summary>Writes an int32.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    /// <summary>Writes a uint32.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Take(4), value);

    /// <summary>Writes an int64.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    /// <summary>Writes a float64.</summary>
    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Take(8), value);

    /// <summary>Writes a uuid.</summary>
    public void WriteUuid(Uuid value) => value.Write(Take(Uuid.Size));

    /// <summary>Writes an unsigned varint.</summary>
    public void WriteUnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            Take(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        Take(1)[0] = (byte)value;
    }

    /// <summary>Writes a zigzag varint, as records have them.</summary>
    public void WriteVarint(int value) => WriteUnsignedVarint((uint)((value << 1) ^ (value >> 31)));

    /// <summary>Writes a zigzag varlong, as records have them.</summary>
    public void WriteVarlong(long value)
    {
        ulong raw = (ulong)((value << 1) ^ (value >> 63));
        while (raw >= 0x80)
        {
            Take(1)[0] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        Take(1)[0] = (byte)raw;
    }

    /// <summary>Writes a string.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    /// <exception cref="ProtocolException">It is longer than a string can be.</exception>
    public void WriteString(string? value, bool flexible, bool nullable)
    {
        if (value is null)
        {
            WriteNull(flexible, nullable, sizeof(short));
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        if (length > ProtocolLimits.StringBytes)
        {
            throw new ProtocolException($"a string of {length} bytes is longer than {ProtocolLimits.StringBytes}");
        }

        if (flexible)
        {
            WriteUnsignedVarint((uint)length + 1);
        }
        else
        {
            WriteInt16((short)length);
        }

        Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>Writes bytes with their length.</summary>
    /// <exception cref="UnsupportedVersionException">They are null where they may not be.</exception>
    public void WriteBytes(byte[]? value, bool flexible, bool nullable)
    {
        if (value is null)
        {
            WriteNull(flexible, nullable, sizeof(int));
            return;
        }

        WriteLength(value.Length, flexible);
        WriteRaw(value);
    }

    /// <summary>Writes bytes with their length.</summary>
    /// <exception cref="UnsupportedVersionException">They are null where they may not be.</exception>
    public void WriteSlice(ReadOnlyMemory<byte>? value, bool flexible, bool nullable)
    {
        if (value is not { } bytes)
        {
            WriteNull(flexible, nullable, sizeof(int));
            return;
        }

        WriteLength(bytes.Length, flexible);
        WriteRaw(bytes.Span);
    }

    /// <summary>Writes the length of records and keeps the records as a part of their own. From now on the lease is the writer's.</summary>
    /// <exception cref="UnsupportedVersionException">They are null where they may not be.</exception>
    public void WriteRecords(Messages.Records ownedRecords, bool flexible, bool nullable)
    {
        if (ownedRecords.IsNull)
        {
            WriteNull(flexible, nullable, sizeof(int));
            return;
        }

        int length = ownedRecords.Length;
        WriteLength(length, flexible);
        if (contiguous)
        {
            ownedRecords.CopyTo(Take(length));
            ownedRecords.Lease?.Dispose();
            return;
        }

        if (length == 0)
        {
            ownedRecords.Lease?.Dispose();
            return;
        }

        regionBytes = checked(regionBytes + length);
        regions.Add((position, ownedRecords));
    }

    /// <summary>Writes a nullable struct with the sign before it (int8, inside a tag an unsigned varint).</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteStruct<T>(T? value, bool tagged, bool nullable, short version)
        where T : class, IMessageStruct
    {
        if (!nullable)
        {
            (value ?? throw new UnsupportedVersionException("null stands where a struct is required")).Write(this, version);
            return;
        }

        // Present is 1 in either form; absent is 0 in a tag and -1 outside.
        WriteInt8(value is not null ? (sbyte)1 : tagged ? (sbyte)0 : (sbyte)-1);
        value?.Write(this, version);
    }

    private void WriteLength(int length, bool flexible)
    {
        if (flexible)
        {
            WriteUnsignedVarint((uint)length + 1);
        }
        else
        {
            WriteInt32(length);
        }
    }

    private void WriteNull(bool flexible, bool nullable, int size)
    {
        if (!nullable)
        {
            throw new UnsupportedVersionException("null stands where a value is required");
        }

        if (flexible)
        {
            Take(1)[0] = 0;
        }
        else
        {
            Take(size).Fill(0xff);
        }
    }

    private Span<byte> Take(int count)
    {
        if (count > buffer.Length - position)
        {
            Grow(count);
        }

        Span<byte> span = buffer.AsSpan(position, count);
        position += count;
        return span;
    }

    private void Grow(int count)
    {
        ObjectDisposedException.ThrowIf(buffer.Length == 0, this);
        long wanted = Math.Max((long)position + count, Math.Min(buffer.Length * 2L, Array.MaxLength));
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked((int)wanted));
        buffer.AsSpan(0, position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
