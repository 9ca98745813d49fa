namespace Kafka.Modular.Bench;

/// <summary>What is written and read.</summary>
/// <param name="RecordSize">Bytes of a record's value.</param>
/// <param name="RecordsPerBatch">Records of a batch, a request has one.</param>
/// <param name="IsCompressed">Whether batches are compressed with lz4; values are half random, so that they shrink to about half.</param>
/// <param name="Acks">1, or -1 for all.</param>
/// <param name="Partitions">Partitions of the topic.</param>
internal sealed record Workload(int RecordSize, int RecordsPerBatch, bool IsCompressed, short Acks, int Partitions)
{
    private const int Kibi = 1024;

    public string Compression => IsCompressed ? "lz4" : "none";

    public string AcksName => Acks == -1 ? "all" : "1";

    public string SizeName => RecordSize % Kibi == 0 ? $"{RecordSize / Kibi} KiB" : $"{RecordSize} B";

    /// <summary>Batches of about 100 KB, so that the cost of a request does not hide that of its bytes: 1,000 records of 100 bytes, 100 of 1 KiB, 10 of 10 KiB.</summary>
    public static IEnumerable<Workload> Throughput(bool quick)
    {
        foreach (var (size, count) in new[] { (100, 1000), (Kibi, 100), (10 * Kibi, 10) })
        {
            foreach (var compressed in new[] { false, true })
            {
                foreach (var acks in new short[] { 1, -1 })
                {
                    // In a hurry: all sizes plain with acks=1, and one of each other kind.
                    if (!quick || (!compressed && acks == 1) || (size == Kibi && (!compressed || acks == 1)))
                        yield return new Workload(size, count, compressed, acks, Partitions: 6);
                }
            }
        }
    }

    /// <summary>Batches of 16 KiB, the default <c>batch.size</c> of producers, to one partition.</summary>
    public static IEnumerable<Workload> Latency() => new short[] { 1, -1 }.Select(static acks => new Workload(Kibi, 16, false, acks, Partitions: 1));
}
