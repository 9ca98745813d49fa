namespace Kafka.Modular.Raft.Log;

/// <summary>A complete snapshot that the log holds.</summary>
/// <param name="Id">End offset and epoch; its name on disk is <c>offset-epoch.checkpoint</c>.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="LastModified">When it was completed.</param>
public readonly record struct RaftSnapshotInfo(OffsetAndEpoch Id, long Size, DateTimeOffset LastModified);
