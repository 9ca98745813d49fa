namespace Kafka.Modular.Protocol.Records;

/// <summary>Walks the headers of a record. They were checked when the record was read.</summary>
public ref struct RecordHeaderEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private RecordHeaderView _current;
    private int _left;
    private int _position;

    internal RecordHeaderEnumerator(ReadOnlySpan<byte> bytes, int count)
    {
        _bytes = bytes;
        _left = count;
    }

    /// <summary>The header that the last successful <see cref="MoveNext"/> came to.</summary>
    public readonly RecordHeaderView Current => _current;

    /// <summary>Goes to the next header; false after the last one.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
            return false;
        if (!TryReadOne(_bytes, ref _position, out _current))
            throw new InvalidOperationException("The record's headers changed while they were read.");
        _left--;
        return true;
    }

    /// <summary>Itself, so that <c>foreach</c> works.</summary>
    public readonly RecordHeaderEnumerator GetEnumerator() => this;

    internal static bool TryReadOne(ReadOnlySpan<byte> bytes, scoped ref int position, out RecordHeaderView header)
    {
        header = default;
        if (!RecordVarint.TryReadInt32(bytes, ref position, out var keyLength) || keyLength < 0 || keyLength > bytes.Length - position)
            return false;
        var key = bytes.Slice(position, keyLength);
        position += keyLength;
        if (!RecordVarint.TryReadInt32(bytes, ref position, out var valueLength) || valueLength < -1 || valueLength > bytes.Length - position)
            return false;
        var value = valueLength < 0 ? default : bytes.Slice(position, valueLength);
        position += value.Length;
        header = new RecordHeaderView(key, value, valueLength < 0);
        return true;
    }
}
