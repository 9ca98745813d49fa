using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Protocol;

/// <summary>Collections and tagged fields. Where no <c>nullable</c> is given, null is written as an empty collection.</summary>
public sealed partial class ProtocolWriter
{
    /// <summary>Writes the number of a collection's elements.</summary>
    public void WriteCount(int count, bool flexible) => WriteLength(count, flexible);

    /// <summary>Writes a list of structs.</summary>
    public void WriteStructList<T>(List<T>? list, bool flexible, short version)
        where T : class, IMessageStruct
    {
        Span<T> items = CollectionsMarshal.AsSpan(list);
        WriteLength(items.Length, flexible);
        foreach (T item in items)
        {
            item.Write(this, version);
        }
    }

    /// <summary>Writes a list of structs.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteStructList<T>(List<T>? list, bool flexible, bool nullable, short version)
        where T : class, IMessageStruct
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteStructList(list, flexible, version);
        }
    }

    /// <summary>Writes a list of strings.</summary>
    public void WriteStringList(List<string>? list, bool flexible)
    {
        Span<string> items = CollectionsMarshal.AsSpan(list);
        WriteLength(items.Length, flexible);
        foreach (string item in items)
        {
            WriteString(item, flexible, false);
        }
    }

    /// <summary>Writes a list of strings.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteStringList(List<string>? list, bool flexible, bool nullable)
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteStringList(list, flexible);
        }
    }

    /// <summary>Writes a list of uuids.</summary>
    public void WriteUuidList(List<Uuid>? list, bool flexible)
    {
        Span<Uuid> items = CollectionsMarshal.AsSpan(list);
        WriteLength(items.Length, flexible);
        foreach (Uuid item in items)
        {
            WriteUuid(item);
        }
    }

    /// <summary>Writes a list of uuids.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteUuidList(List<Uuid>? list, bool flexible, bool nullable)
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteUuidList(list, flexible);
        }
    }

    /// <summary>Writes a list of int8.</summary>
    public void WriteInt8List<T>(List<T>? list, bool flexible)
        where T : unmanaged
    {
        Span<sbyte> items = MemoryMarshal.Cast<T, sbyte>(CollectionsMarshal.AsSpan(list));
        WriteLength(items.Length, flexible);
        WriteRaw(MemoryMarshal.AsBytes(items));
    }

    /// <summary>Writes a list of int8.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteInt8List<T>(List<T>? list, bool flexible, bool nullable)
        where T : unmanaged
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteInt8List(list, flexible);
        }
    }

    /// <summary>Writes a list of int16.</summary>
    public void WriteInt16List<T>(List<T>? list, bool flexible)
        where T : unmanaged
    {
        Span<short> items = MemoryMarshal.Cast<T, short>(CollectionsMarshal.AsSpan(list));
        WriteLength(items.Length, flexible);
        Span<byte> target = Take(items.Length * sizeof(short));
        for (int i = 0; i < items.Length; i++)
        {
            BinaryPrimitives.WriteInt16BigEndian(target[(i * sizeof(short))..], items[i]);
        }
    }

    /// <summary>Writes a list of int16.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteInt16List<T>(List<T>? list, bool flexible, bool nullable)
        where T : unmanaged
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteInt16List(list, flexible);
        }
    }

    /// <summary>Writes a list of int32.</summary>
    public void WriteInt32List<T>(List<T>? list, bool flexible)
        where T : unmanaged
    {
        Span<int> items = MemoryMarshal.Cast<T, int>(CollectionsMarshal.AsSpan(list));
        WriteLength(items.Length, flexible);
        Span<byte> target = Take(items.Length * sizeof(int));
        for (int i = 0; i < items.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(target[(i * sizeof(int))..], items[i]);
        }
    }

    /// <summary>Writes a list of int32.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteInt32List<T>(List<T>? list, bool flexible, bool nullable)
        where T : unmanaged
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteInt32List(list, flexible);
        }
    }

    /// <summary>Writes a list of int64.</summary>
    public void WriteInt64List<T>(List<T>? list, bool flexible)
        where T : unmanaged
    {
        Span<long> items = MemoryMarshal.Cast<T, long>(CollectionsMarshal.AsSpan(list));
        WriteLength(items.Length, flexible);
        Span<byte> target = Take(items.Length * sizeof(long));
        for (int i = 0; i < items.Length; i++)
        {
            BinaryPrimitives.WriteInt64BigEndian(target[(i * sizeof(long))..], items[i]);
        }
    }

    /// <summary>Writes a list of int64.</summary>
    /// <exception cref="UnsupportedVersionException">It is null where it may not be.</exception>
    public void WriteInt64List<T>(List<T>? list, bool flexible, bool nullable)
        where T : unmanaged
    {
        if (!TryWriteNull(list, flexible, nullable))
        {
            WriteInt64List(list, flexible);
        }
    }

    private bool TryWriteNull<T>(List<T>? list, bool flexible, bool nullable)
    {
        if (list is not null)
        {
            return false;
        }

        WriteNull(flexible, nullable, sizeof(int));
        return true;
    }
}
