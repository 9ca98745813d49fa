namespace Kafka.Modular.Compression.Lz4;

/// <summary>What a frame's header says.</summary>
/// <param name="MaxBlockBytes">Largest content of a block.</param>
/// <param name="HasBlockChecksums">Whether a checksum follows each block.</param>
/// <param name="HasContentChecksum">Whether a checksum of the content follows the end; Kafka's client does not verify it, and nor do we.</param>
internal readonly record struct Lz4FrameOptions(int MaxBlockBytes, bool HasBlockChecksums, bool HasContentChecksum);
