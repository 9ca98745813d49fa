using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tls;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network;

/// <summary>What a <see cref="SocketServer"/> is made of.</summary>
public sealed record SocketServerParts
{
    /// <summary>The broker's settings. The limits of connections follow their changes; everything else is read once.</summary>
    public required ISettings<NetworkSettings> Settings { get; init; }

    /// <summary>The listeners to open.</summary>
    public required ListenerLayout Layout { get; init; }

    /// <summary>Answers the requests.</summary>
    public required IRequestDispatcher Dispatcher { get; init; }

    /// <summary>Where connections come from.</summary>
    public required INetwork Network { get; init; }

    /// <summary>Where buffers come from.</summary>
    public required BufferPool Pool { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The loop that runs idle timers.</summary>
    public required IEventLoop Timers { get; init; }

    /// <summary>Where its metrics are read.</summary>
    public MetricRegistry Metrics { get; init; } = new();

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>
    /// The settings of a listener, its <c>listener.name.…</c> prefix considered; called with the name in upper case. The broker's when null.
    /// </summary>
    public Func<string, NetworkSettings>? ListenerSettings { get; init; }

    /// <summary>The TLS of a listener whose protocol has it; required when there is one.</summary>
    public Func<ListenerEndPoint, ListenerTlsParts>? Tls { get; init; }

    /// <summary>Are told of connections that come and go.</summary>
    public IReadOnlyList<IConnectionObserver> Observers { get; init; } = [];
}
