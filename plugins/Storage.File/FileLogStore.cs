using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Storage.File;

/// <summary>Logs in Kafka's on-disk format.</summary>
internal sealed class FileLogStore(IFileSystem fileSystem, TimeProvider clock, ILogger logger, int maxOpenFiles) : ILogStore
{
    private readonly OpenFileLimit _openFiles = new(maxOpenFiles);
    private readonly Lock _lock = new();
    private readonly List<FileLogDirectory> _directories = [];

    public string Id => FileStoragePlugin.PluginId;

    public ILogDirectory OpenDirectory(string path)
    {
        var context = new FileStoreContext(fileSystem, clock, logger, _openFiles, path);
        return context.Run("open", path, () =>
        {
            CreateDirectory(path);
            var held = fileSystem.TryLock(Path.Combine(path, LogFileNames.Lock)) ?? throw new LogDirectoryLockedException(path);
            var directory = new FileLogDirectory(context, held);
            lock (_lock)
                _directories.Add(directory);
            return directory;
        });
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var directory in _directories)
                directory.Dispose();
            _directories.Clear();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Creates a missing directory durably: else a loss of power could take it away with everything that was flushed in it.</summary>
    private void CreateDirectory(string path)
    {
        var missing = new List<string>();
        for (var parent = Path.GetFullPath(path); parent is not null && !fileSystem.DirectoryExists(parent); parent = Path.GetDirectoryName(parent))
            missing.Add(parent);
        fileSystem.CreateDirectory(path);
        foreach (var created in missing)
            fileSystem.FlushDirectory(Path.GetDirectoryName(created)!);
    }
}
