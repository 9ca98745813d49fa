using Kafka.Modular.Raft.Log;

namespace Kafka.Modular.Raft.Tests.Support;

/// <summary>Snapshots in memory; complete ones survive a loss of power.</summary>
internal sealed class InMemorySnapshotStore : IRaftSnapshotStore
{
    private readonly Dictionary<OffsetAndEpoch, (byte[] Bytes, DateTimeOffset Modified)> _snapshots = [];

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public IReadOnlyList<RaftSnapshotInfo> List() =>
        [.. _snapshots
            .OrderBy(snapshot => snapshot.Key.Offset)
            .Select(snapshot => new RaftSnapshotInfo(snapshot.Key, snapshot.Value.Bytes.Length, snapshot.Value.Modified))];

    public IRaftSnapshotWriter Create(OffsetAndEpoch id) => new Writer(this, id);

    public IRaftSnapshotReader? Open(OffsetAndEpoch id) =>
        _snapshots.TryGetValue(id, out var snapshot) ? new Reader(snapshot.Bytes) : null;

    public void Delete(OffsetAndEpoch id) => _snapshots.Remove(id);

    public void Put(OffsetAndEpoch id, ReadOnlyMemory<byte> bytes) => _snapshots[id] = (bytes.ToArray(), Time.GetUtcNow());

    private sealed class Writer(InMemorySnapshotStore store, OffsetAndEpoch id) : IRaftSnapshotWriter
    {
        private readonly MemoryStream _bytes = new();

        public void Append(ReadOnlyMemory<byte> bytes) => _bytes.Write(bytes.Span);

        public RaftSnapshotInfo Complete()
        {
            store.Put(id, _bytes.ToArray());
            return new(id, _bytes.Length, store.Time.GetUtcNow());
        }

        public void Dispose() => _bytes.Dispose();
    }

    private sealed class Reader(byte[] bytes) : IRaftSnapshotReader
    {
        public long Size => bytes.Length;

        public int Read(long position, Span<byte> destination)
        {
            var length = (int)Math.Min(destination.Length, bytes.Length - position);
            bytes.AsSpan((int)position, length).CopyTo(destination);
            return length;
        }

        public void Dispose()
        {
        }
    }
}
