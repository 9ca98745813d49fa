using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Protocol;

/// <summary>
/// Writes Kafka's encoding, either into an <see cref="OutputBuffer"/> on its way to a connection, where records become regions of their own that
/// are never copied, or into one piece of memory that grows, where records are copied too (<see cref="CreateContiguous"/>).
/// </summary>
/// <remarks>
/// One thread at a time. A writer into an output is told with <see cref="Flush"/> that the message is complete; the output belongs to the caller all the
/// time. <c>flexible</c> chooses the compact lengths of KIP-482.
/// </remarks>
public sealed partial class ProtocolWriter : IDisposable
{
    private readonly OutputBuffer? output;
    // Where the next bytes go: a part of the output's slab, or a rented array that grows.
    private byte[] buffer;
    private int start;
    private int position;
    private int limit;
    private bool isScratch;

    /// <summary>Writes into an output.</summary>
    public ProtocolWriter(OutputBuffer output)
    {
        ArgumentNullException.ThrowIfNull(output);
        this.output = output;
        buffer = [];
    }

    private ProtocolWriter(int capacity)
    {
        buffer = ArrayPool<byte>.Shared.Rent(Math.Max(capacity, 64));
        limit = buffer.Length;
    }

    /// <summary>Everything written so far in bytes, records included.</summary>
    public long Length => (output?.Length ?? 0) + (position - start) + (isScratch ? suspendedPosition - suspendedStart : 0);

    /// <summary>What was written, in one piece; valid until the next write, <see cref="Reset"/> or disposal.</summary>
    /// <exception cref="InvalidOperationException">The writer writes into an output.</exception>
    public ReadOnlyMemory<byte> WrittenMemory => output is null
        ? buffer.AsMemory(0, position)
        : throw new InvalidOperationException("what was written is in the output");

    /// <summary>A writer that keeps everything in one piece, records too. For log records, tools and tests.</summary>
    public static ProtocolWriter CreateContiguous(int capacity = 512) => new(capacity);

    /// <summary>A message's bytes of that version, records included.</summary>
    /// <exception cref="UnsupportedVersionException">The message cannot be written in that version.</exception>
    public static byte[] ToArray(IMessageStruct message, short version)
    {
        ArgumentNullException.ThrowIfNull(message);
        using ProtocolWriter writer = CreateContiguous();
        message.Write(writer, version);
        return writer.WrittenMemory.ToArray();
    }

    /// <summary>Hands what is pending to the output. Does nothing for a writer that has none.</summary>
    public void Flush()
    {
        if (output is null || isScratch)
        {
            return;
        }

        if (position > start)
        {
            output.Advance(position - start);
        }

        buffer = [];
        (start, position, limit) = (0, 0, 0);
    }

    /// <summary>Forgets what was written and keeps the memory. For a writer without an output.</summary>
    /// <exception cref="InvalidOperationException">The writer writes into an output.</exception>
    public void Reset()
    {
        if (output is not null)
        {
            throw new InvalidOperationException("what was written is in the output");
        }

        position = 0;
    }

    /// <summary>Flushes, and returns the memory that is the writer's own. The output stays the caller's.</summary>
    public void Dispose()
    {
        Flush();
        // A writer that failed inside tagged fields still holds their memory as its buffer.
        byte[] rented = output is null || isScratch ? buffer : scratch;
        isScratch = false;
        buffer = [];
        scratch = [];
        (start, position, limit) = (0, 0, 0);
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

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

    /// <summary>
    /// Writes the length of records, and the records: as a region of the output, which disposes the lease when it is disposed itself and needs the memory to stay
    /// as it is until then; a writer without an output copies the bytes and disposes the lease.
    /// </summary>
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
        if (output is null || isScratch || length == 0)
        {
            ownedRecords.CopyTo(Take(length));
            ownedRecords.Lease?.Dispose();
            return;
        }

        Flush();
        if (ownedRecords.Lease is { } lease)
        {
            output.Append(lease);
        }
        else if (ownedRecords.TryGetMemory(out ReadOnlyMemory<byte> memory))
        {
            output.AppendBorrowed(memory);
        }
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
        if (count > limit - position)
        {
            Grow(count);
        }

        Span<byte> span = buffer.AsSpan(position, count);
        position += count;
        return span;
    }

    private void Grow(int count)
    {
        if (output is not null && !isScratch)
        {
            Flush();
            if (!MemoryMarshal.TryGetArray(output.GetMemory(count), out ArraySegment<byte> room))
            {
                throw new InvalidOperationException("slabs are arrays");
            }

            buffer = room.Array!;
            (start, position, limit) = (room.Offset, room.Offset, room.Offset + room.Count);
            return;
        }

        ObjectDisposedException.ThrowIf(buffer.Length == 0, this);
        long wanted = Math.Max((long)position + count, Math.Min(buffer.Length * 2L, Array.MaxLength));
        byte[] larger = ArrayPool<byte>.Shared.Rent(checked((int)wanted));
        buffer.AsSpan(0, position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        limit = larger.Length;
    }
}
