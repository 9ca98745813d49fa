using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Spi.Plugins;

/// <summary>
/// A plugin of kind <c>sasl</c>. Its <c>plugin.yaml</c> names the mechanisms it has under <c>provides</c>. Can be replaced while the server runs: each generation
/// makes mechanisms of its own, and exchanges that were begun by an older one end there.
/// </summary>
public interface ISaslPlugin : IPlugin
{
    /// <summary>Creates one of the mechanisms; called once per mechanism and generation. One that is an <see cref="ISelfTest"/> is tested before it is used.</summary>
    /// <param name="mechanism">Its name as clients know it, one of those that the plugin provides.</param>
    /// <param name="context">What the host gives.</param>
    /// <exception cref="PluginException">The settings cannot be used.</exception>
    ISaslMechanism CreateMechanism(string mechanism, PluginContext context);
}
