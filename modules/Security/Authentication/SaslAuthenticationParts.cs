using Kafka.Modular.Configuration;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Security.Authentication;

/// <summary>What <see cref="SaslAuthentication"/> is made of.</summary>
public sealed record SaslAuthenticationParts
{
    /// <summary>
    /// The settings as they are now, of a listener and, where one is given, of one of its mechanisms (<c>listener.name.&lt;listener&gt;.&lt;mechanism&gt;.…</c>).
    /// </summary>
    public required Func<string, string?, SaslSettings> Settings { get; init; }

    /// <summary>The mechanisms and stores that are loaded.</summary>
    public required AuthenticationGenerations Generations { get; init; }

    /// <summary>Stores that belong to the server itself, asked before those that are plugins: the SCRAM credentials in the metadata.</summary>
    public IReadOnlyList<ICredentialStore> Credentials { get; init; } = [];

    /// <summary>Makes the mapper of a listener's principals.</summary>
    public Func<string, IPrincipalMapper> Principals { get; init; } = static _ => new UserPrincipalMapper();

    /// <summary>Random bytes that mechanisms make stable answers of; see <see cref="SaslExchangeContext.ServerSecret"/>.</summary>
    public required ReadOnlyMemory<byte> ServerSecret { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where failed logins are told, as <c>org.apache.kafka.common.network.Selector</c>.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The settings alone; nothing secret.</summary>
    public override string ToString() => nameof(SaslAuthenticationParts);
}
