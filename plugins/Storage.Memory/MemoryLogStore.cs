using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>Keeps directories in memory. Closing a directory or a partition keeps what is in it, so that a broker can be restarted over the same store.</summary>
internal sealed class MemoryLogStore(TimeProvider clock) : ILogStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemoryDirectoryContent> _contents = new(StringComparer.Ordinal);

    public string Id => MemoryStoragePlugin.PluginId;

    public ILogDirectory OpenDirectory(string path)
    {
        lock (_lock)
        {
            if (!_contents.TryGetValue(path, out var content))
                _contents[path] = content = new(path, clock);
            if (!content.TryLock())
                throw new LogDirectoryLockedException(path);
            return new MemoryLogDirectory(content);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
            _contents.Clear();
        return ValueTask.CompletedTask;
    }
}
