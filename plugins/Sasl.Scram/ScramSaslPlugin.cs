using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Sasl.Scram;

/// <summary>The SASL mechanisms <c>SCRAM-SHA-256</c> and <c>SCRAM-SHA-512</c>.</summary>
public sealed class ScramSaslPlugin : ISaslPlugin
{
    /// <inheritdoc/>
    public string Id => "scram";

    /// <inheritdoc/>
    public ISaslMechanism CreateMechanism(string mechanism, PluginContext context)
        => new ScramMechanism(ScramAlgorithm.Find(mechanism) ?? throw new PluginException($"{mechanism} is not a mechanism of this plugin"));
}
