using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>Writes a blob to <c>name.part</c>, as Kafka writes its metadata snapshots, and renames it when complete.</summary>
internal sealed class FileBlobWriter : IBlobWriter
{
    private readonly FileStoreContext _context;
    private readonly FileBlobStore _store;
    private readonly string _path;
    private readonly string _part;
    private readonly IFile _file;
    private bool _isDone;

    public FileBlobWriter(FileStoreContext context, FileBlobStore store, string path)
    {
        (_context, _store, _path, _part) = (context, store, path, path + LogFileNames.Part);
        _file = context.FileSystem.Open(_part, FileOpenMode.Create);
    }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _file.Write(Length, bytes);
            Length += bytes.Length;
        }
        catch (Exception error) when (FileStoreContext.IsIoError(error))
        {
            throw _context.Error("write", _path, error);
        }
    }

    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_isDone, this);
        _context.Run("write", _path, () =>
        {
            _file.Flush();
            _file.Dispose();
            _store.Publish(_part, _path, durable: true);
        });
        _isDone = true;
    }

    public void Dispose()
    {
        if (_isDone)
            return;
        _isDone = true;
        _file.Dispose();
        _context.Run("delete", _part, () => _context.FileSystem.DeleteFile(_part));
    }
}
