namespace Kafka.Modular.Spi.Plugins;

/// <summary>
/// What a plugin's assembly exports: one public class with a parameterless constructor that implements one of the interfaces derived from this.
/// It holds no threads, timers or static events, and takes loggers, meters and time from the <see cref="PluginContext"/>.
/// </summary>
public interface IPlugin
{
    /// <summary>Id by which the configuration chooses the plugin; the same as in its <c>plugin.yaml</c>.</summary>
    string Id { get; }
}
