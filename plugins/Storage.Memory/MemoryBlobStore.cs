using System.Collections.Concurrent;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>Blobs in memory; contents are replaced, never changed, so that a lease keeps what it was given.</summary>
internal sealed class MemoryBlobStore(TimeProvider clock) : IBlobStore
{
    private readonly ConcurrentDictionary<string, Blob> _blobs = new(StringComparer.Ordinal);

    public IReadOnlyList<string> List() => [.. _blobs.Keys.Order(StringComparer.Ordinal)];

    public bool Contains(string name) => Find(name) is not null;

    public byte[]? Read(string name) => Find(name)?.Content.ToArray();

    public DateTimeOffset? GetLastModified(string name) => Find(name)?.LastModified;

    public long GetLength(string name) => Find(name)?.Content.Length ?? -1;

    public void Put(string name, ReadOnlySpan<byte> content, bool durable) => Put(name, content.ToArray());

    public void Flush(string name)
    {
        // Nothing outlives the process.
    }

    public bool Delete(string name)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(name);
        return _blobs.TryRemove(name, out _);
    }

    public ILogLease? Lease(string name, long position, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (Find(name) is not { } blob)
            return null;
        var start = (int)Math.Min(position, blob.Content.Length);
        return new MemoryLease(blob.Content.AsMemory(start, Math.Min(length, blob.Content.Length - start)), null, null, default);
    }

    public IBlobWriter OpenWriter(string name)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(name);
        return new Writer(this, name);
    }

    private void Put(string name, byte[] content)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(name);
        _blobs[name] = new(content, clock.GetUtcNow());
    }

    private Blob? Find(string name)
    {
        MemoryDirectoryContent.ThrowIfNotPlain(name);
        return _blobs.GetValueOrDefault(name);
    }

    private sealed record Blob(byte[] Content, DateTimeOffset LastModified);

    private sealed class Writer(MemoryBlobStore store, string name) : IBlobWriter
    {
        private readonly MemoryStream _bytes = new();
        private bool _isDone;

        public long Length => _bytes.Length;

        public void Append(ReadOnlySpan<byte> bytes)
        {
            ObjectDisposedException.ThrowIf(_isDone, this);
            _bytes.Write(bytes);
        }

        public void Commit()
        {
            ObjectDisposedException.ThrowIf(_isDone, this);
            store.Put(name, _bytes.ToArray());
            _isDone = true;
        }

        public void Dispose() => _isDone = true;
    }
}
