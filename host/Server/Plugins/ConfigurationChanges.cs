using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Server.Plugins;

/// <summary>What is different in a configuration that was read again.</summary>
/// <param name="Taken">Names of keys whose new values a running server can take.</param>
/// <param name="Refused">One line for each that it cannot.</param>
internal sealed record ConfigurationChanges(IReadOnlyList<string> Taken, IReadOnlyList<string> Refused)
{
    private static readonly HashSet<string> s_choices = new(StringComparer.Ordinal)
    {
        "plugins.path", "plugins.sasl", "plugins.credentials", "plugins.authorizer", BrokerKeys.AuthorizerClassName.Name,
    };

    /// <summary>
    /// Compares two configurations. Taken are the choice of replaceable plugins, their own keys, and the keys that Kafka's tools can change in a running server
    /// too (KIP-226); the others need a restart.
    /// </summary>
    public static ConfigurationChanges Between(ServerConfiguration before, ServerConfiguration after)
    {
        var (old, next) = (before.Result.Required, after.Result.Required);
        var ofPlugins = before.Plugins.Manifests.Concat(after.Plugins.Manifests)
            .Where(static manifest => manifest.IsReplaceable).SelectMany(static manifest => manifest.Keys).Select(static key => key.Name).ToHashSet(StringComparer.Ordinal);
        var (taken, refused) = (new List<string>(), new List<string>());
        foreach (var name in old.Given.Keys.Union(next.Given.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, now) = (old.Given.GetValueOrDefault(name), next.Given.GetValueOrDefault(name));
            if (was is not null && now is not null && ConfigurationValues.AreEqual(was.Value, now.Value))
                continue;
            var key = (now ?? was)!.Key;
            if (key.UpdateMode != UpdateMode.ReadOnly || s_choices.Contains(key.Name) || ofPlugins.Contains(key.Name))
                taken.Add(name);
            else
                refused.Add($"{(now ?? was)!.Origin}: {name} {(now is null ? "was taken out" : was is null ? "was added" : "was changed")}, which needs a restart");
        }

        if (old.AuthorizerPlugin is null != next.AuthorizerPlugin is null)
            refused.Add("plugins.authorizer: authorization is turned on and off by a restart; a running server can change from one authorizer to another");
        return new(taken, refused);
    }
}
