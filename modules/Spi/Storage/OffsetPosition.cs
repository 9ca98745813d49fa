namespace Kafka.Modular.Spi.Storage;

/// <summary>An entry of the offset index.</summary>
/// <param name="Offset">Last offset of the batch at the position, or the base offset for the start of the segment.</param>
/// <param name="Position">Bytes from the start of the segment.</param>
public readonly record struct OffsetPosition(long Offset, int Position);
