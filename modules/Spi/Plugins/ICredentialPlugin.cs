using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Spi.Plugins;

/// <summary>A plugin of kind <c>credentials</c>. Can be replaced while the server runs; each generation makes a store of its own.</summary>
public interface ICredentialPlugin : IPlugin
{
    /// <summary>Creates the store; called once per generation. One that is an <see cref="ISelfTest"/> is tested before it is used; one that can be disposed is.</summary>
    /// <exception cref="PluginException">The settings cannot be used.</exception>
    ICredentialStore CreateStore(PluginContext context);
}
