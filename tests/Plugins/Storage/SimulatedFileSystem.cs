using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;

namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>
/// A file system in memory that can fail, fill up and lose power. What was not flushed may be lost: every write, length, name and deletion since
/// the last flush of its file or directory survives or not by the toss of a seeded coin, and a write may survive in part.
/// </summary>
internal sealed class SimulatedFileSystem(TimeProvider clock) : IFileSystem
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _locked = [];
    private readonly Folder _root = new();
    private int _generation;

    /// <summary>Called before every operation with its name and path; may throw.</summary>
    public Action<string, string>? Fault { get; set; }

    /// <summary>Bytes that files may hold together.</summary>
    public long Capacity { get; set; } = long.MaxValue;

    public int FilesOpen { get; private set; }

    public int Flushes { get; private set; }

    /// <summary>Power goes and comes back: handles are void, locks gone, and only what was flushed is certain.</summary>
    public void LosePower(int seed)
    {
        var random = new Random(seed);
        lock (_lock)
        {
            _generation++;
            _locked.Clear();
            FilesOpen = 0;
            _root.LosePower(random);
        }
    }

    /// <summary>The process is killed: handles are void and locks gone, but every write that returned is there.</summary>
    public void KillProcess()
    {
        lock (_lock)
        {
            _generation++;
            _locked.Clear();
            FilesOpen = 0;
        }
    }

    public bool DirectoryExists(string path)
    {
        lock (_lock)
            return FindNode(path) is Folder;
    }

    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            Fault?.Invoke("mkdir", path);
            var folder = _root;
            foreach (var part in Parts(path))
            {
                if (!folder.Entries.TryGetValue(part, out var next))
                    folder.Entries[part] = next = new Folder();
                folder = next as Folder ?? throw new IOException($"{path} is a file");
            }
        }
    }

    public IReadOnlyList<FileEntry> List(string path)
    {
        lock (_lock)
        {
            Fault?.Invoke("list", path);
            return [.. FolderAt(path).Entries.Select(entry => Describe(entry.Key, entry.Value))];
        }
    }

    public FileEntry? Find(string path)
    {
        lock (_lock)
        {
            Fault?.Invoke("stat", path);
            return FindNode(path) is Content file ? Describe(Path.GetFileName(path), file) : null;
        }
    }

    public IFile Open(string path, FileOpenMode mode)
    {
        lock (_lock)
        {
            Fault?.Invoke("open", path);
            var folder = FindNode(Path.GetDirectoryName(path)!) as Folder ?? throw new DirectoryNotFoundException(path);
            var name = Path.GetFileName(path);
            if (!folder.Entries.TryGetValue(name, out var node))
            {
                if (mode is FileOpenMode.Read or FileOpenMode.ReadWrite)
                    throw new FileNotFoundException("No such file", path);
                folder.Entries[name] = node = new Content { LastModified = clock.GetUtcNow() };
            }

            var content = node as Content ?? throw new UnauthorizedAccessException($"{path} is a directory");
            if (mode == FileOpenMode.Create)
                content.SetLength(0);
            FilesOpen++;
            return new OpenFile(this, content, path, _generation);
        }
    }

    public void Move(string source, string destination)
    {
        lock (_lock)
        {
            Fault?.Invoke("rename", source);
            var from = FolderAt(Path.GetDirectoryName(source)!);
            if (!from.Entries.TryGetValue(Path.GetFileName(source), out var node))
                throw new FileNotFoundException("No such file", source);
            var to = FolderAt(Path.GetDirectoryName(destination)!);
            if (node is Folder && to.Entries.ContainsKey(Path.GetFileName(destination)))
                throw new IOException($"{destination} exists");
            from.Entries.Remove(Path.GetFileName(source));
            to.Entries[Path.GetFileName(destination)] = node;
        }
    }

    public void DeleteFile(string path)
    {
        lock (_lock)
        {
            Fault?.Invoke("unlink", path);
            if (FindNode(Path.GetDirectoryName(path)!) is Folder folder && folder.Entries.GetValueOrDefault(Path.GetFileName(path)) is Content)
                folder.Entries.Remove(Path.GetFileName(path));
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_lock)
        {
            Fault?.Invoke("rmdir", path);
            if (FindNode(path) is Folder)
                FolderAt(Path.GetDirectoryName(path)!).Entries.Remove(Path.GetFileName(path));
        }
    }

    public void FlushDirectory(string path)
    {
        lock (_lock)
        {
            Fault?.Invoke("fsync", path);
            Flushes++;
            FolderAt(path).Flush();
        }
    }

    public void SetLastModified(string path, DateTimeOffset time)
    {
        lock (_lock)
            ((Content)(FindNode(path) ?? throw new FileNotFoundException("No such file", path))).LastModified = time;
    }

    public IDisposable? TryLock(string path)
    {
        lock (_lock)
        {
            if (!_locked.Add(path))
                return null;
            var generation = _generation;
            return new Release(() =>
            {
                lock (_lock)
                {
                    if (generation == _generation)
                        _locked.Remove(path);
                }
            });
        }
    }

    public long GetUsableBytes(string path)
    {
        lock (_lock)
            return Capacity == long.MaxValue ? long.MaxValue : Capacity - _root.Bytes;
    }

    public long GetTotalBytes(string path) => Capacity;

    public bool IsDiskFull(Exception exception) => exception is IOException { HResult: 28 };

    private static string[] Parts(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static FileEntry Describe(string name, Node node)
        => node is Content file ? new(name, false, file.Length, file.LastModified) : new(name, true, 0, DateTimeOffset.UnixEpoch);

    private Node? FindNode(string path)
    {
        Node? node = _root;
        foreach (var part in Parts(path))
            node = node is Folder folder ? folder.Entries.GetValueOrDefault(part) : null;
        return node;
    }

    private Folder FolderAt(string path) => FindNode(path) as Folder ?? throw new DirectoryNotFoundException(path);

    private abstract class Node
    {
        public abstract long Bytes { get; }

        public abstract void LosePower(Random random);
    }

    private sealed class Folder : Node
    {
        private Dictionary<string, Node> _durable = [];

        public Dictionary<string, Node> Entries { get; private set; } = [];

        public override long Bytes => Entries.Values.Sum(entry => entry.Bytes);

        public void Flush() => _durable = new(Entries);

        public override void LosePower(Random random)
        {
            // Which of two names of one file survives a rename is decided once per file: a journal has the one or the other.
            var survivors = new Dictionary<string, Node>(_durable);
            var isNew = random.Next(2) == 0;
            if (isNew)
                survivors = new(Entries);
            (Entries, _durable) = (survivors, new(survivors));
            foreach (var node in Entries.Values)
                node.LosePower(random);
        }
    }

    private sealed class Content : Node
    {
        private readonly List<(long Position, byte[] Bytes)> _pending = [];
        private byte[] _bytes = [];
        private byte[] _durable = [];

        public DateTimeOffset LastModified { get; set; }

        public int Length { get; private set; }

        public override long Bytes => Length;

        public Span<byte> Span => _bytes.AsSpan(0, Length);

        public void SetLength(long length)
        {
            if (length > _bytes.Length)
                Array.Resize(ref _bytes, (int)Math.Max(length, _bytes.Length * 2L));
            if (length < Length)
                _bytes.AsSpan((int)length, Length - (int)length).Clear();
            Length = (int)length;
            _pending.Add((length, []));
        }

        public void Write(long position, ReadOnlySpan<byte> source)
        {
            _pending.Add((position, source.ToArray()));
            if (position + source.Length > Length)
            {
                var pending = _pending[^1];
                SetLength(position + source.Length);
                _pending[^1] = pending;
                _pending.RemoveAt(_pending.Count - 2);
            }

            source.CopyTo(_bytes.AsSpan((int)position));
        }

        public void Flush()
        {
            _durable = Span.ToArray();
            _pending.Clear();
        }

        public override void LosePower(Random random)
        {
            var pending = _pending.ToList();
            (_bytes, Length) = (_durable.ToArray(), _durable.Length);
            foreach (var (position, bytes) in pending)
            {
                if (random.Next(2) == 0)
                    continue;
                if (bytes.Length == 0)
                    SetLength(position);
                else
                    Write(position, bytes.AsSpan(0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length));
            }

            Flush();
        }
    }

    private sealed class OpenFile(SimulatedFileSystem system, Content content, string path, int generation) : IFile
    {
        private bool _isClosed;

        public SafeFileHandle? Handle => null;

        public long Length
        {
            get
            {
                lock (system._lock)
                {
                    Check("length");
                    return content.Length;
                }
            }
        }

        public void SetLength(long length)
        {
            lock (system._lock)
            {
                Check("truncate");
                content.SetLength(length);
            }
        }

        public int Read(long position, Span<byte> destination)
        {
            lock (system._lock)
            {
                Check("read");
                if (position >= content.Length)
                    return 0;
                var source = content.Span[(int)position..];
                var length = Math.Min(source.Length, destination.Length);
                source[..length].CopyTo(destination);
                return length;
            }
        }

        public void Write(long position, ReadOnlySpan<byte> source)
        {
            lock (system._lock)
            {
                Check("write");
                var room = system.Capacity - system._root.Bytes;
                var added = position + source.Length - content.Length;
                if (added > room)
                {
                    // As a file system does: what fits is written before the error.
                    content.Write(position, source[..(int)Math.Max(0, source.Length - (added - room))]);
                    throw new IOException("No space left on device", 28);
                }

                content.Write(position, source);
                content.LastModified = system.Clock.GetUtcNow();
            }
        }

        public void Preallocate(long length)
        {
        }

        public void Flush()
        {
            lock (system._lock)
            {
                Check("fsync");
                system.Flushes++;
                content.Flush();
            }
        }

        public void Dispose()
        {
            lock (system._lock)
            {
                if (!_isClosed && generation == system._generation)
                    system.FilesOpen--;
                _isClosed = true;
            }
        }

        private void Check(string operation)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (generation != system._generation)
                throw new IOException("The process is gone");
            system.Fault?.Invoke(operation, path);
        }
    }

    private sealed class Release(Action action) : IDisposable
    {
        public void Dispose() => action();
    }

    private TimeProvider Clock => clock;
}
