using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Sasl.Plain;

/// <summary>The SASL mechanism <c>PLAIN</c>.</summary>
public sealed class PlainSaslPlugin : ISaslPlugin
{
    /// <inheritdoc/>
    public string Id => "plain";

    /// <inheritdoc/>
    public ISaslMechanism CreateMechanism(string mechanism, PluginContext context) => new PlainMechanism();
}
