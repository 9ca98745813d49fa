namespace Kafka.Modular.Telemetry;

/// <summary>How the broker is.</summary>
/// <param name="IsGood">Whether the answer is 200 rather than 503.</param>
/// <param name="Text">One line on it.</param>
public readonly record struct HealthReport(bool IsGood, string Text);
