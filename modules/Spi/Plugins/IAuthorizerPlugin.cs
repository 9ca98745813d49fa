using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Spi.Plugins;

/// <summary>A plugin of kind <c>authorizer</c>. Can be replaced while the server runs; each generation makes an authorizer of its own.</summary>
public interface IAuthorizerPlugin : IPlugin
{
    /// <summary>
    /// Creates the authorizer. One that is an <see cref="IAclAuthorizer"/> is given the ACLs before it is asked anything by clients; until then it answers from its
    /// settings alone.
    /// </summary>
    /// <exception cref="PluginException">The settings cannot be used.</exception>
    IAuthorizer CreateAuthorizer(PluginContext context);
}
