namespace Kafka.Modular.Protocol;

/// <summary>A list of structs that is read in place: <c>foreach</c> reads one after the other, and may be done again.</summary>
/// <typeparam name="T">The view of an element.</typeparam>
public readonly ref struct MessageViewList<T>
    where T : IMessageView<T>, allows ref struct
{
    private readonly ProtocolReader first;
    private readonly short version;
    private readonly int count;

    internal MessageViewList(ProtocolReader first, int count, short version)
    {
        this.first = first;
        this.count = count;
        this.version = version;
    }

    /// <summary>How many elements there are; 0 for null.</summary>
    public int Count => Math.Max(count, 0);

    /// <summary>True for null, which differs from an empty list.</summary>
    public bool IsNull => count < 0;

    /// <summary>Begins with the first element.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Goes over the elements.</summary>
    public ref struct Enumerator
    {
        private readonly short version;
        private ProtocolReader reader;
        private int left;

        internal Enumerator(MessageViewList<T> list)
        {
            reader = list.first;
            version = list.version;
            left = list.Count;
        }

        /// <summary>The element.</summary>
        public T Current { readonly get; private set; } = default!;

        /// <summary>Reads the next element; false when there is none.</summary>
        public bool MoveNext()
        {
            if (left == 0)
            {
                return false;
            }

            left--;
            Current = T.Read(ref reader, version);
            return true;
        }
    }
}
