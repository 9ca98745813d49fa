using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Authorizer.Acl;

/// <summary>What is configured of the authorizer. Immutable, any thread.</summary>
/// <param name="SuperUsers">Principals that may do everything.</param>
/// <param name="AllowsEveryoneWithoutAcl">Whether a resource that no ACL is about is open to everybody.</param>
internal sealed record AclAuthorizerSettings(IReadOnlySet<string> SuperUsers, bool AllowsEveryoneWithoutAcl)
{
    private const string SuperUsersKey = "super.users";
    private const string AllowEveryoneKey = "allow.everyone.if.no.acl.found";

    public static AclAuthorizerSettings Read(IReadOnlyDictionary<string, string> settings)
    {
        // Names of certificates have commas, so Kafka splits at semicolons.
        var superUsers = settings.GetValueOrDefault(SuperUsersKey, "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var principal in superUsers)
        {
            if (principal.IndexOf(':', StringComparison.Ordinal) < 1)
                throw new PluginException($"{SuperUsersKey}: expected principals in the form principalType:principalName, separated by ';', found '{principal}'");
        }

        return new(superUsers.ToHashSet(StringComparer.Ordinal), string.Equals(settings.GetValueOrDefault(AllowEveryoneKey), "true", StringComparison.OrdinalIgnoreCase));
    }
}
