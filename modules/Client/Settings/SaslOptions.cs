using Kafka.Modular.Configuration.Jaas;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Client.Settings;

/// <summary>How a client logs in over SASL. Printing it shows no password.</summary>
/// <param name="Mechanism"><c>sasl.mechanism</c>, one of <see cref="Mechanisms"/>.</param>
/// <param name="User">Name of the user, or id of the delegation token.</param>
/// <param name="Password">The password, or the token's HMAC in base64.</param>
/// <param name="IsToken">Whether user and password are those of a delegation token (KIP-48, SCRAM only).</param>
public sealed record SaslOptions(string Mechanism, string User, Secret Password, bool IsToken = false)
{
    internal const string JaasKey = "sasl.jaas.config";
    internal const string MechanismKey = "sasl.mechanism";

    private const string PlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private const string ScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule";

    /// <summary>The mechanisms that this client speaks.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = [Plain, ScramSha256, ScramSha512];

    internal const string Plain = "PLAIN";
    internal const string ScramSha256 = "SCRAM-SHA-256";
    internal const string ScramSha512 = "SCRAM-SHA-512";

    /// <summary>Reads <c>sasl.mechanism</c> and <c>sasl.jaas.config</c> (KIP-85).</summary>
    /// <exception cref="ClientConfigurationException">The mechanism is none that this client speaks, or there is no login for it. The message holds no option's value.</exception>
    public static SaslOptions Parse(ClientProperties properties)
    {
        ClassKeys.Refuse(properties, "sasl.client.callback.handler.class", "sasl.login.callback.handler.class", "sasl.login.class");

        // Kafka's default is GSSAPI, which needs Kerberos.
        var mechanism = properties.GetString(MechanismKey, "GSSAPI").Trim();
        if (!Mechanisms.Contains(mechanism, StringComparer.Ordinal))
        {
            throw ClientConfigurationException.Invalid(MechanismKey, mechanism, $"this client speaks {string.Join(", ", Mechanisms)}");
        }

        if (properties.Find(JaasKey) is not { } text)
        {
            throw new ClientConfigurationException($"{JaasKey} is missing: mechanism {mechanism} needs a login, such as {Example(mechanism)}");
        }

        var modules = JaasReader.ReadValue(text, out var problem);
        if (problem is not null)
        {
            throw new ClientConfigurationException($"{JaasKey} cannot be read: {problem}");
        }

        return modules.Count == 1
            ? Of(mechanism, modules[0])
            : throw new ClientConfigurationException($"JAAS config property contains {modules.Count} login modules, should be 1 module");
    }

    private static SaslOptions Of(string mechanism, JaasModule module)
    {
        if (module.Name is not (PlainModule or ScramModule))
        {
            throw new ClientConfigurationException($"{JaasKey} names a login module that this client does not know; mechanism {mechanism} takes {Example(mechanism)}");
        }

        var isToken = string.Equals(module.Find("tokenauth"), "true", StringComparison.OrdinalIgnoreCase);
        return module.Find("username") is { Length: > 0 } user && module.Find("password") is { } password
            ? new SaslOptions(mechanism, user, new Secret(password), isToken)
            : throw new ClientConfigurationException($"{JaasKey} gives no username or no password; mechanism {mechanism} takes {Example(mechanism)}");
    }

    private static string Example(string mechanism) =>
        $"{(mechanism == Plain ? PlainModule : ScramModule)} required username=\"…\" password=\"…\";";
}
