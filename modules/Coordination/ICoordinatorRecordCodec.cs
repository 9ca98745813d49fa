using System.Diagnostics.CodeAnalysis;

namespace Kafka.Modular.Coordination;

/// <summary>Translates a coordinator's records to and from the key and value of a log record.</summary>
/// <typeparam name="TRecord">The coordinator's record.</typeparam>
public interface ICoordinatorRecordCodec<TRecord>
{
    /// <summary>The key with its two-byte type, as it stands in the log.</summary>
    byte[] EncodeKey(TRecord record);

    /// <summary>The value with its two-byte version, or null for a tombstone.</summary>
    byte[]? EncodeValue(TRecord record);

    /// <summary>
    /// Decodes a record. False for a type that this version does not know: it is passed over, and stays in the log (KIP-915).
    /// The arrays are the record's to keep.
    /// </summary>
    /// <exception cref="Kafka.Modular.Protocol.ProtocolException">The bytes are not what their type and version say.</exception>
    bool TryDecode(byte[] key, byte[]? value, [MaybeNullWhen(false)] out TRecord record);
}
