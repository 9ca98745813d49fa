using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.SamplePlugin;

/// <summary>A sample of a plugin that is not part of the server: the mechanism PLAIN, with users from a YAML file.</summary>
public sealed class SampleSaslPlugin : ISaslPlugin
{
    /// <inheritdoc/>
    public string Id => "sample";

    /// <inheritdoc/>
    public ISaslMechanism CreateMechanism(string mechanism, PluginContext context) => new SampleMechanism(context.Settings["sample.users.file"]);
}
