namespace Kafka.Modular.Protocol.Records;

/// <summary>One header of a record (KIP-82) where it lies.</summary>
public readonly ref struct RecordHeaderView
{
    internal RecordHeaderView(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isValueNull)
    {
        Key = key;
        Value = value;
        IsValueNull = isValueNull;
    }

    /// <summary>The header's name in UTF-8; never null.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The header's value; empty when it is null.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is null, which differs from empty.</summary>
    public bool IsValueNull { get; }
}
