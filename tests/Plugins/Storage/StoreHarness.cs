using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.File;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>A store of one kind with a directory of its own, which can be restarted.</summary>
internal sealed class StoreHarness : IDisposable
{
    private readonly StoreKind _kind;
    private readonly string _path;

    public StoreHarness(StoreKind kind)
    {
        _kind = kind;
        _path = kind == StoreKind.File ? Directory.CreateTempSubdirectory("kafka-modular-store-").FullName : "/data/kafka";
        FileSystem = new SimulatedFileSystem(Clock);
        Store = NewStore();
        Log = Store.OpenDirectory(_path);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public SimulatedFileSystem FileSystem { get; }

    public ILogStore Store { get; private set; }

    public ILogDirectory Log { get; private set; }

    public string PathOf(params string[] names) => Path.Combine([_path, .. names]);

    /// <summary>The partition opened last.</summary>
    public IPartitionStore? OpenedPartition { get; private set; }

    /// <summary>Setting of the file store; counts from the next restart.</summary>
    public int? MaxOpenSegments { get; set; }

    public IPartitionStore OpenPartition(string name = "topic-0", SegmentOptions? options = null, Func<ISegment, long>? nextOffsetOf = null)
        => OpenedPartition = Log.OpenPartition(name, options ?? SegmentOptions.Default, nextOffsetOf ?? (segment => throw new InvalidOperationException(segment.Location)));

    /// <summary>Closes and opens the directory, with a new store where its contents outlive it.</summary>
    public void Restart()
    {
        Log.Dispose();
        if (_kind != StoreKind.Memory)
            Store = NewStore();
        Log = Store.OpenDirectory(_path);
    }

    /// <summary>Opens the directory again without closing it first; for the simulated file system after a crash.</summary>
    public void OpenAfterCrash()
    {
        Store = NewStore();
        Log = Store.OpenDirectory(_path);
    }

    public void Dispose()
    {
        Log.Dispose();
        if (_kind == StoreKind.File)
            Directory.Delete(_path, recursive: true);
    }

    private ILogStore NewStore()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (MaxOpenSegments is { } limit)
            settings["storage.file.max.open.segments"] = limit.ToString();
        var context = new PluginContext(NullLoggerFactory.Instance, Clock, settings);
        return _kind switch
        {
            StoreKind.File => new FileStoragePlugin().CreateStore(context),
            StoreKind.FileSimulated => FileStoragePlugin.CreateStore(context, FileSystem),
            _ => new MemoryStoragePlugin().CreateStore(context),
        };
    }
}
