namespace Kafka.Modular.Raft.Log;

/// <summary>Reads the batches of a snapshot one after the other, in chunks. Not safe for use by two threads; does not own the file.</summary>
internal sealed class RaftSnapshotBatches(IRaftSnapshotReader file) : IDisposable
{
    private const int ChunkBytes = 256 * 1024;

    private readonly Queue<RaftBatch> _ready = new();
    private long _position;

    /// <summary>The next batch, or null at the end.</summary>
    /// <exception cref="InvalidDataException">The snapshot is corrupt or cut off.</exception>
    public RaftBatch? Next()
    {
        var chunk = ChunkBytes;
        while (_ready.Count == 0)
        {
            var left = file.Size - _position;
            if (left == 0)
                return null;
            var bytes = new byte[Math.Min(chunk, left)];
            ReadFully(bytes);
            var batches = RaftBatchReader.ReadBatches(bytes, out var isCorrupt);
            foreach (var batch in batches)
            {
                _ready.Enqueue(batch);
                _position += batch.Bytes.Length;
            }

            if (_ready.Count > 0)
                break;
            if (isCorrupt || bytes.Length == left)
                throw new InvalidDataException($"The snapshot is corrupt at byte {_position}");
            chunk *= 4;
        }

        return _ready.Dequeue();
    }

    /// <summary>Forgets what was read ahead.</summary>
    public void Dispose() => _ready.Clear();

    private void ReadFully(Span<byte> destination)
    {
        var done = 0;
        while (done < destination.Length)
        {
            var read = file.Read(_position + done, destination[done..]);
            if (read == 0)
                throw new InvalidDataException($"The snapshot ends at byte {_position + done}, before its size of {file.Size}");
            done += read;
        }
    }
}
