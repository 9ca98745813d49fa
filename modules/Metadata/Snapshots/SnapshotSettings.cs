namespace Kafka.Modular.Metadata.Snapshots;

/// <summary>When snapshots are taken.</summary>
/// <param name="MaxBytesBetween"><c>metadata.log.max.record.bytes.between.snapshots</c>: so many bytes of log bring one about.</param>
/// <param name="MaxInterval"><c>metadata.log.max.snapshot.interval.ms</c>: so does this much time, if anything changed; zero for never.</param>
public sealed record SnapshotSettings(long MaxBytesBetween, TimeSpan MaxInterval)
{
    /// <summary>Kafka's defaults: 20 MiB and one hour.</summary>
    public static SnapshotSettings Default { get; } = new(20 * 1024 * 1024, TimeSpan.FromHours(1));
}
