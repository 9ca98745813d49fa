using System.Text.Json.Serialization;

namespace Kafka.Modular.Bench.Report;

/// <summary>One line of the table. What does not apply is null.</summary>
internal sealed record BenchResult
{
    /// <summary>limits, produce, consume or latency.</summary>
    public required string Kind { get; init; }

    /// <summary>Which one: 1 KiB acks=1 none.</summary>
    public required string Name { get; init; }

    /// <summary>How long it was measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Bytes of batches that went over the wire.</summary>
    public required long Bytes { get; init; }

    public long Records { get; init; }

    /// <summary>Processor seconds of the broker, or of the bare sink or source.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>Processor seconds of this program.</summary>
    public double? ClientCpuSeconds { get; init; }

    /// <summary>Resident memory of the broker at the end.</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>Part of the bare limit.</summary>
    public double? OfLimit { get; set; }

    /// <summary>Milliseconds at 50, 99, 99.9 and 100 %.</summary>
    public Latencies? Produce { get; init; }

    /// <inheritdoc cref="Produce"/>
    public Latencies? ProduceToConsume { get; init; }

    public double MebibytesPerSecond => Bytes / Seconds / (1 << 20);

    public double RecordsPerSecond => Records / Seconds;

    public double? CpuSecondsPerGibibyte => CpuSeconds / (Bytes / (double)(1 << 30));
}

/// <summary>Milliseconds from when a request should have been sent.</summary>
internal sealed record Latencies(double P50, double P99, double P999, double Maximum);

/// <summary>Everything of one run.</summary>
internal sealed record BenchReport(string Broker, string Machine, DateTimeOffset Time, bool Quick, IReadOnlyList<BenchResult> Results);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class BenchJson : JsonSerializerContext;
