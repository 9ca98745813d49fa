using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Testing;

/// <summary>How an embedded broker is started.</summary>
public sealed record EmbeddedKafkaOptions
{
    /// <summary>The log directory on disk; null keeps everything in memory. A broker that is started again over a directory finds what was there.</summary>
    public string? Directory { get; init; }

    /// <summary>Port for clients on localhost; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>
    /// Security protocol of the listener for clients, which has its name: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL. <see cref="Configuration"/> says the rest, such as
    /// <c>ssl.keystore.location</c>.
    /// </summary>
    public string SecurityProtocol { get; init; } = "PLAINTEXT";

    /// <summary>Partitions of topics that do not say how many they want (<c>num.partitions</c>).</summary>
    public int DefaultPartitions { get; init; } = 1;

    /// <summary>Partitions of <c>__consumer_offsets</c>; a few are enough for tests and quicker to make.</summary>
    public int OffsetsPartitions { get; init; } = 1;

    /// <summary>
    /// Users that log in with PLAIN, with their passwords. Where this or <see cref="ScramUsers"/> has any, the port for clients takes those alone
    /// (<c>security.protocol=SASL_PLAINTEXT</c>, or <c>SASL_SSL</c> where <see cref="SecurityProtocol"/> says SSL).
    /// </summary>
    public IReadOnlyDictionary<string, string> PlainUsers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Users that log in with SCRAM-SHA-256 or SCRAM-SHA-512, with their passwords. They are in the metadata of a new broker; one that is started again over a
    /// directory has those that it had.
    /// </summary>
    public IReadOnlyDictionary<string, string> ScramUsers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>More configuration, by Kafka's keys; it wins over what the other options say.</summary>
    public IReadOnlyDictionary<string, string> Configuration { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Who decides what clients may do; null for the authorizer that the configuration names, by default none.</summary>
    public IAuthorizer? Authorizer { get; init; }

    /// <summary>Where the broker logs; null for nowhere.</summary>
    public ILoggerFactory? Loggers { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The names of the users that log in; nothing secret.</summary>
    public override string ToString() => $"{nameof(EmbeddedKafkaOptions)} with users {string.Join(", ", PlainUsers.Keys.Concat(ScramUsers.Keys))}";
}
