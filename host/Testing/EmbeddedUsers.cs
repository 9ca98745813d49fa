using System.Text;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Testing;

/// <summary>What users of an embedded broker make of its configuration and of its first metadata.</summary>
internal static class EmbeddedUsers
{
    /// <summary>The options with a protocol under which users can log in, where there are any.</summary>
    public static EmbeddedKafkaOptions Secured(EmbeddedKafkaOptions options)
        => options.PlainUsers.Count + options.ScramUsers.Count == 0 ? options : options with
        {
            SecurityProtocol = options.SecurityProtocol switch { "PLAINTEXT" => "SASL_PLAINTEXT", "SSL" => "SASL_SSL", var given => given },
        };

    /// <summary>The configuration that they ask for; none where there are no users.</summary>
    public static Dictionary<string, string> Configuration(EmbeddedKafkaOptions options)
    {
        var configuration = new Dictionary<string, string>(StringComparer.Ordinal);
        var mechanisms = new List<string>();
        if (options.PlainUsers.Count > 0)
        {
            mechanisms.Add("PLAIN");
            configuration[$"listener.name.{options.SecurityProtocol.ToLowerInvariant()}.plain.sasl.jaas.config"] = Jaas(options.PlainUsers);
        }

        if (options.ScramUsers.Count > 0)
            mechanisms.AddRange([ScramAlgorithm.Sha256.Mechanism, ScramAlgorithm.Sha512.Mechanism]);
        if (mechanisms.Count > 0)
        {
            configuration["sasl.enabled.mechanisms"] = string.Join(',', mechanisms);
            configuration["sasl.mechanism.inter.broker.protocol"] = mechanisms[0];
        }

        return configuration;
    }

    /// <summary>The credentials of SCRAM users, for both mechanisms.</summary>
    public static IReadOnlyList<UserScramCredentialRecord> Scram(EmbeddedKafkaOptions options)
        => [.. options.ScramUsers.SelectMany(static user => new[] { Record(user, 1, ScramAlgorithm.Sha256), Record(user, 2, ScramAlgorithm.Sha512) })];

    private static UserScramCredentialRecord Record(KeyValuePair<string, string> user, sbyte number, ScramAlgorithm algorithm)
    {
        var salt = Guid.NewGuid().ToByteArray();
        var salted = algorithm.SaltedPassword(user.Value, salt, ScramAlgorithm.LowestIterations);
        return new UserScramCredentialRecord
        {
            Name = user.Key,
            Mechanism = number,
            Salt = salt,
            StoredKey = algorithm.StoredKey(salted),
            ServerKey = algorithm.ServerKey(salted),
            Iterations = ScramAlgorithm.LowestIterations,
        };
    }

    private static string Jaas(IReadOnlyDictionary<string, string> users)
    {
        var text = new StringBuilder("org.apache.kafka.common.security.plain.PlainLoginModule required");
        foreach (var (user, password) in users)
            text.Append(" \"user_").Append(Escaped(user)).Append("\"=\"").Append(Escaped(password)).Append('"');
        return text.Append(';').ToString();
    }

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
