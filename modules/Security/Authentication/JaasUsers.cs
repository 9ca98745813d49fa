using System.Collections.Concurrent;
using Kafka.Modular.Configuration.Jaas;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>
/// The users of PLAIN that <c>listener.name.&lt;listener&gt;.plain.sasl.jaas.config</c> names (<c>user_alice="…"</c>), as they are now. The key without listener and
/// mechanism is not for servers (KIP-85).
/// </summary>
internal sealed class JaasUsers(SaslAuthenticationParts parts, string listener)
{
    private const string PlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private const string UserOption = "user_";

    private readonly ConcurrentDictionary<string, Parsed> _byMechanism = new(StringComparer.Ordinal);

    /// <summary>The users of a mechanism.</summary>
    public ICredentialStore Of(string mechanism) => Get(mechanism).Users;

    /// <summary>What is wrong with the value, or null.</summary>
    public string? Problem(string mechanism) => Get(mechanism).Problem;

    private Parsed Get(string mechanism)
    {
        var value = parts.Settings(listener, mechanism).SaslJaasConfig;
        if (ReferenceEquals(value, parts.Settings(listener, null).SaslJaasConfig))
            value = null;
        if (_byMechanism.TryGetValue(mechanism, out var known) && ReferenceEquals(known.Value, value))
            return known;
        return _byMechanism[mechanism] = Parse(value, mechanism);
    }

    private Parsed Parse(Secret? value, string mechanism)
    {
        if (value is null)
            return new(null, InlineCredentials.None, null);
        var modules = JaasReader.ReadValue(value.Reveal(), out var problem);
        if (problem is not null)
        {
            var key = $"listener.name.{listener.ToLowerInvariant()}.{mechanism.ToLowerInvariant()}.sasl.jaas.config";
            return new(value, InlineCredentials.None, $"{key}: {problem}");
        }

        var users = modules.Where(static module => module.Name == PlainModule)
            .SelectMany(static module => module.Options)
            .Where(static option => option.Key.StartsWith(UserOption, StringComparison.Ordinal))
            .Select(static option => KeyValuePair.Create(option.Key[UserOption.Length..], option.Value));
        return new(value, new InlineCredentials(users, parts.ServerSecret.Span), null);
    }

    private sealed record Parsed(Secret? Value, InlineCredentials Users, string? Problem);
}
