using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Protocol.Messages;

/// <summary>
/// A field of type <c>records</c>: record batches as they are on disk and on the wire. They are either a slice of the frame they came in or a lease of
/// a stretch of a log; they are never copied to another managed object.
/// </summary>
/// <remarks>
/// A slice is valid as long as its frame. A lease that was written by a <see cref="ProtocolWriter"/> belongs to the writer from then on.
/// </remarks>
public readonly struct Records : IEquatable<Records>
{
    private readonly ReadOnlyMemory<byte> memory;
    private readonly ILogLease? lease;
    private readonly bool hasValue;

    /// <summary>Records in memory.</summary>
    public Records(ReadOnlyMemory<byte> memory)
    {
        this.memory = memory;
        hasValue = true;
    }

    /// <summary>Records in a log; the lease's owner is whoever holds this value until it is written.</summary>
    public Records(ILogLease ownedLease)
    {
        ArgumentNullException.ThrowIfNull(ownedLease);
        lease = ownedLease;
        hasValue = true;
    }

    /// <summary>No records field at all, which differs from an empty one.</summary>
    public static Records Null => default;

    /// <summary>Zero bytes of records.</summary>
    public static Records Empty => new(ReadOnlyMemory<byte>.Empty);

    /// <summary>True for null.</summary>
    public bool IsNull => !hasValue;

    /// <summary>Length in bytes; 0 for null.</summary>
    public int Length => lease?.Length ?? memory.Length;

    /// <summary>The lease, or null when the records are in memory.</summary>
    public ILogLease? Lease => lease;

    /// <summary>Gives the bytes as one piece of memory, if they are in memory; null counts as empty.</summary>
    public bool TryGetMemory(out ReadOnlyMemory<byte> bytes)
    {
        bytes = memory;
        return lease is null || lease.TryGetMemory(out bytes);
    }

    /// <summary>Copies the bytes, from disk if need be. For tools and tests: serving never does it.</summary>
    /// <exception cref="IOException">The file could not be read or is shorter than the lease.</exception>
    public byte[] ToArray()
    {
        byte[] copy = new byte[Length];
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies the bytes into the front of <paramref name="destination"/>, from disk if need be.</summary>
    /// <exception cref="IOException">The file could not be read or is shorter than the lease.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (lease is null)
        {
            memory.Span.CopyTo(destination);
            return;
        }

        int length = lease.Length;
        for (int at = 0; at < length;)
        {
            int read = lease.Read(at, destination[at..length]);
            at += read > 0 ? read : throw new EndOfStreamException($"the log holds {at} bytes of a region of {length}");
        }
    }

    /// <inheritdoc/>
    public bool Equals(Records other) => hasValue == other.hasValue && ReferenceEquals(lease, other.lease) && memory.Equals(other.memory);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Records other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(hasValue, lease, memory);

    /// <summary>Memory becomes a records field.</summary>
    public static implicit operator Records(ReadOnlyMemory<byte> memory) => new(memory);

    /// <summary>An array becomes a records field; null becomes null.</summary>
    public static implicit operator Records(byte[]? bytes) => bytes is null ? default : new(bytes.AsMemory());

    /// <summary>Same bytes in the same place.</summary>
    public static bool operator ==(Records left, Records right) => left.Equals(right);

    /// <summary>Not the same bytes in the same place.</summary>
    public static bool operator !=(Records left, Records right) => !left.Equals(right);
}
