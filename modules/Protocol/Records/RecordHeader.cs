using System.Diagnostics.CodeAnalysis;

namespace Kafka.Modular.Protocol.Records;

/// <summary>A record header (KIP-82) that is to be written.</summary>
/// <param name="Key">The name; may occur more than once in a record.</param>
/// <param name="Value">The value, or null.</param>
[SuppressMessage("Performance", "CA1819", Justification = "The bytes are handed through, never changed.")]
public readonly record struct RecordHeader(string Key, byte[]? Value);
