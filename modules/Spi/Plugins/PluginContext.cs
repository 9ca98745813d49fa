using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Spi.Plugins;

/// <summary>What the host gives a plugin.</summary>
/// <param name="LoggerFactory">Makes its loggers.</param>
/// <param name="TimeProvider">The only clock it may read.</param>
/// <param name="Settings">The keys that its <c>plugin.yaml</c> declares, with configured values or defaults, in Kafka's flat form.</param>
/// <param name="MeterFactory">Makes its meters, or null where metrics are off.</param>
public sealed record PluginContext(
    ILoggerFactory LoggerFactory,
    TimeProvider TimeProvider,
    IReadOnlyDictionary<string, string> Settings,
    IMeterFactory? MeterFactory = null);
