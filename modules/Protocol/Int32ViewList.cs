using System.Buffers.Binary;

namespace Kafka.Modular.Protocol;

/// <summary>A list of int32 that is read in place.</summary>
public readonly ref struct Int32ViewList
{
    private readonly ReadOnlySpan<byte> bytes;

    internal Int32ViewList(ReadOnlySpan<byte> bytes, bool isNull)
    {
        this.bytes = bytes;
        IsNull = isNull;
    }

    /// <summary>How many elements there are; 0 for null.</summary>
    public int Count => bytes.Length / sizeof(int);

    /// <summary>True for null, which differs from an empty list.</summary>
    public bool IsNull { get; }

    /// <summary>The element at that place, from 0.</summary>
    public int this[int index] => BinaryPrimitives.ReadInt32BigEndian(bytes[(index * sizeof(int))..]);

    /// <summary>Begins with the first element.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes over the elements.</summary>
    public ref struct Enumerator
    {
        private readonly Int32ViewList list;
        private int at;

        internal Enumerator(Int32ViewList list)
        {
            this.list = list;
            at = -1;
        }

        /// <summary>The element.</summary>
        public readonly int Current => list[at];

        /// <summary>Goes to the next element; false when there is none.</summary>
        public bool MoveNext() => ++at < list.Count;
    }
}
