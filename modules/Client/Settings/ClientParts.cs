using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Client.Settings;

/// <summary>What a client stands on. The one who makes them owns them.</summary>
public sealed record ClientParts
{
    /// <summary>Where connections come from.</summary>
    public required INetwork Network { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Chooses among nodes and spreads waits; safe to use from any thread.</summary>
    public RandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>Requests and responses live in it.</summary>
    public BufferPool Buffers { get; init; } = new();

    /// <summary>Where the client logs.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Makes connections secure; null takes what the options say.</summary>
    public IConnectionSecurity? Security { get; init; }
}
