namespace Kafka.Modular.Protocol;

/// <summary>
/// A tagged field that this version of the schema does not know (KIP-482). It is kept, and written back when the message is written.
/// </summary>
/// <param name="Tag">The tag's number.</param>
/// <param name="Data">Its bytes, not shared with the buffer they were read from.</param>
public readonly record struct UnknownTag(int Tag, ReadOnlyMemory<byte> Data);
