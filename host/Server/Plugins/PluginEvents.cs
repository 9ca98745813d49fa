using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Log lines of the plugin catalogue; event ids 8900 to 8919.</summary>
internal static partial class PluginEvents
{
    [LoggerMessage(8900, LogLevel.Information, "Loaded {Kind} plugin {Id} {Version} from {Location}")]
    public static partial void PluginLoaded(this ILogger logger, string kind, string id, string location, string version);

    [LoggerMessage(8901, LogLevel.Warning, "Plugin folder {Folder} changes while it is copied; trying again")]
    public static partial void PluginFolderChanges(this ILogger logger, string folder);

    [LoggerMessage(8902, LogLevel.Information, "Generation {Number} of the plugins is in use: {Plugins}")]
    public static partial void PluginsReplaced(this ILogger logger, int number, string plugins);

    [LoggerMessage(8903, LogLevel.Warning, "The plugins were not replaced, generation {Number} stays in use: {Reason}")]
    public static partial void PluginsNotReplaced(this ILogger logger, int number, string reason);

    [LoggerMessage(8904, LogLevel.Warning, "kafka-modular plugins cannot reach this server, SIGHUP can: {Path} cannot be opened: {Reason}")]
    public static partial void NoControlSocket(this ILogger logger, string path, string reason);
}
