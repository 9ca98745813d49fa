namespace Kafka.Modular.Bench.Security;

/// <summary>One repetition.</summary>
/// <param name="PerSecond">Logins or MiB.</param>
/// <param name="CpuMs">Processor milliseconds of the broker for each.</param>
internal readonly record struct Sample(double PerSecond, double CpuMs);
