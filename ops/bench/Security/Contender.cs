namespace Kafka.Modular.Bench.Security;

/// <summary>One way of doing something, which can be measured again and again.</summary>
/// <param name="Name">Which one.</param>
/// <param name="Measure">Measures it once.</param>
internal sealed record Contender(string Name, Func<TimeSpan, Sample> Measure);
