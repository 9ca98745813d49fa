using System.Globalization;
using Kafka.Modular.Raft.Log;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The snapshots of the metadata: blobs beside the quorum's log, named <c>offset-epoch.checkpoint</c> (KIP-630).</summary>
internal sealed class RaftSnapshots(IBlobStore blobs) : IRaftSnapshotStore
{
    private const string Suffix = ".checkpoint";
    private const int OffsetDigits = 20;
    private const int EpochDigits = 10;

    public IReadOnlyList<RaftSnapshotInfo> List()
    {
        var found = new List<RaftSnapshotInfo>();
        foreach (var name in blobs.List())
        {
            if (Parse(name) is { } id)
                found.Add(Info(id));
        }

        return [.. found.OrderBy(static info => info.Id.Offset)];
    }

    public IRaftSnapshotWriter Create(OffsetAndEpoch id) => new Writer(this, id, blobs.OpenWriter(NameOf(id)));

    public IRaftSnapshotReader? Open(OffsetAndEpoch id)
    {
        var name = NameOf(id);
        var length = blobs.GetLength(name);
        if (length < 0)
            return null;
        return length > int.MaxValue
            ? throw new IOException($"Snapshot {name} has {length} bytes, more than can be read.")
            : blobs.Lease(name, 0, (int)length) is { } lease ? new Reader(lease) : null;
    }

    public void Delete(OffsetAndEpoch id) => blobs.Delete(NameOf(id));

    private static string NameOf(OffsetAndEpoch id)
        => string.Create(CultureInfo.InvariantCulture, $"{id.Offset:D20}-{id.Epoch:D10}{Suffix}");

    private static OffsetAndEpoch? Parse(string name)
        => name.Length == OffsetDigits + 1 + EpochDigits + Suffix.Length
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && name[OffsetDigits] == '-'
            && long.TryParse(name.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && int.TryParse(name.AsSpan(OffsetDigits + 1, EpochDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            ? new OffsetAndEpoch(offset, epoch)
            : null;

    private RaftSnapshotInfo Info(OffsetAndEpoch id)
    {
        var name = NameOf(id);
        return new RaftSnapshotInfo(id, blobs.GetLength(name), blobs.GetLastModified(name) ?? default);
    }

    private sealed class Writer(RaftSnapshots owner, OffsetAndEpoch id, IBlobWriter writer) : IRaftSnapshotWriter
    {
        public void Append(ReadOnlyMemory<byte> bytes) => writer.Append(bytes.Span);

        public RaftSnapshotInfo Complete()
        {
            writer.Commit();
            return owner.Info(id);
        }

        public void Dispose() => writer.Dispose();
    }

    private sealed class Reader(ILogLease lease) : IRaftSnapshotReader
    {
        public long Size => lease.Length;

        public int Read(long position, Span<byte> destination) => position >= lease.Length ? 0 : lease.Read((int)position, destination);

        public void Dispose() => lease.Dispose();
    }
}
