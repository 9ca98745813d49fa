using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>The authorizer <c>acl</c>: what Apache Kafka's <c>StandardAuthorizer</c> does.</summary>
public sealed class AclAuthorizerPlugin : IAuthorizerPlugin
{
    /// <inheritdoc/>
    public string Id => "acl";

    /// <inheritdoc/>
    public IAuthorizer CreateAuthorizer(PluginContext context)
    {
        var settings = AclAuthorizerSettings.Read(context.Settings);
        context.LoggerFactory.CreateLogger(AuthorizerAclEvents.Category)
            .Configured(string.Join(';', settings.SuperUsers.Order(StringComparer.Ordinal)), settings.AllowsEveryoneWithoutAcl ? "ALLOWED" : "DENIED");
        return new AclAuthorizer(settings);
    }
}
