using System.Text.Json.Serialization;

namespace Kafka.Modular.Bench.Security;

/// <summary>What one way of doing something costs beside another: the middle of its repetitions, and how far they lie apart.</summary>
/// <param name="Group">logins, tls produce, tls consume, acls produce, acls consume.</param>
/// <param name="Name">Which one.</param>
/// <param name="Unit">What is counted: logins or MiB.</param>
/// <param name="PerSecond">Median.</param>
/// <param name="Lowest">The slowest repetition.</param>
/// <param name="Highest">The fastest repetition.</param>
/// <param name="CpuMs">Processor milliseconds of the broker for one of them (a login, a MiB), median.</param>
/// <param name="Ratio">The middle of the ratios to the first of the group, each of one repetition, in which they ran one after the other.</param>
/// <param name="CpuRatio">The same of <paramref name="CpuMs"/>.</param>
internal sealed record RatioResult(
    string Group, string Name, string Unit, double PerSecond, double Lowest, double Highest, double CpuMs, double Ratio, double CpuRatio);

/// <summary>Everything of one run.</summary>
internal sealed record SecurityReport(string Machine, DateTimeOffset Time, bool Quick, int Repetitions, IReadOnlyList<RatioResult> Results);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(SecurityReport))]
internal sealed partial class SecurityJson : JsonSerializerContext;
