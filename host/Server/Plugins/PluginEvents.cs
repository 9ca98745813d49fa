using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Log lines of the plugin catalogue; event ids 8900 to 8919.</summary>
internal static partial class PluginEvents
{
    [LoggerMessage(8900, LogLevel.Information, "Loaded {Kind} plugin {Id} {Version} from {Location}")]
    public static partial void PluginLoaded(this ILogger logger, string kind, string id, string location, string version);

    [LoggerMessage(8901, LogLevel.Warning, "Plugin folder {Folder} changes while it is copied; trying again")]
    public static partial void PluginFolderChanges(this ILogger logger, string folder);
}
