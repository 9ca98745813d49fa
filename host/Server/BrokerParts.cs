using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>What a <see cref="Broker"/> is made of; the caller owns and disposes the parts, after the broker.</summary>
public sealed record BrokerParts
{
    /// <summary>The checked configuration.</summary>
    public required NodeConfiguration Configuration { get; init; }

    /// <summary>The store that keeps the logs.</summary>
    public required ILogStore Store { get; init; }

    /// <summary>The loaded compression codecs.</summary>
    public required CompressionCodecs Codecs { get; init; }

    /// <summary>Who decides what clients may do; null lets everybody do everything.</summary>
    public IAuthorizer? Authorizer { get; init; }

    /// <summary>The SASL mechanisms and credential stores; null where no listener uses SASL.</summary>
    public AuthenticationGenerations? Authentication { get; init; }

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where connections come from.</summary>
    public INetwork Network { get; init; } = new SocketNetwork();

    /// <summary>Chance.</summary>
    public RandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>Whether log directories that are not formatted are, as with <c>format --standalone</c>; otherwise they stop the start.</summary>
    public bool FormatsIfEmpty { get; init; }

    /// <summary>Users that are in the metadata of log directories that <see cref="FormatsIfEmpty"/> formats, as with <c>format --add-scram</c>.</summary>
    public IReadOnlyList<UserScramCredentialRecord> FirstScramUsers { get; init; } = [];

    /// <summary>Whether the process is the broker's own, so that it may have all of it collected when requests become rare.</summary>
    public bool OwnsProcess { get; init; }

    /// <summary>Told once that the broker cannot go on, because the quorum's log failed: the process should end.</summary>
    public Action<Exception> OnFault { get; init; } = static _ => { };
}
