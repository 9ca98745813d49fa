using System.Globalization;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Storage.File;

/// <summary>The <c>file</c> store: Kafka's log directory on a local file system.</summary>
public sealed class FileStoragePlugin : IStoragePlugin
{
    internal const string PluginId = "file";
    internal const string MaxOpenSegments = "storage.file.max.open.segments";
    internal const int DefaultMaxOpenSegments = 8192;

    /// <inheritdoc/>
    public string Id => PluginId;

    /// <inheritdoc/>
    public ILogStore CreateStore(PluginContext context) => CreateStore(context, new PhysicalFileSystem());

    /// <summary>Creates the store over another file system, for tests and simulations.</summary>
    /// <param name="context">Clock, loggers and settings.</param>
    /// <param name="fileSystem">What stands for the operating system.</param>
    /// <exception cref="PluginException">The settings cannot be used.</exception>
    public static ILogStore CreateStore(PluginContext context, IFileSystem fileSystem)
    {
        var maxOpen = DefaultMaxOpenSegments;
        if (context.Settings.TryGetValue(MaxOpenSegments, out var text)
            && (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out maxOpen) || maxOpen < 16))
            throw new PluginException($"{MaxOpenSegments} must be a number of at least 16, and is '{text}'.");
        return new FileLogStore(fileSystem, context.TimeProvider, context.LoggerFactory.CreateLogger("kafka.log.LogSegment"), maxOpen);
    }
}
