using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Validate;

/// <summary>Says in the words of Kafka's <c>ConfigException</c> what is wrong with a value.</summary>
internal static class InvalidValue
{
    /// <summary>The message; null if the value is valid.</summary>
    public static string? Message(ConfigurationKey key, string text)
    {
        if (ConfigurationValues.TryRead(key, text, out var value) is not { } reason)
        {
            return null;
        }

        // Kafka says these without naming the value.
        if (reason.StartsWith("Configuration '", StringComparison.Ordinal) || reason.StartsWith("Invalid value", StringComparison.Ordinal))
        {
            return reason;
        }

        if (key.Constraint is NamedConstraint)
        {
            reason = $"{key.Name} {reason}";
        }

        return $"Invalid value {Shown(key, text, value)} for configuration {key.Name}: {reason}";
    }

    private static string? Shown(ConfigurationKey key, string text, object? value) => value switch
    {
        null => text,
        IReadOnlyList<string> list when key.Constraint is OneOfConstraint oneOf => list.First(item => oneOf.Check(item) is not null),
        IReadOnlyList<string> list => $"[{string.Join(", ", list)}]",
        _ => ConfigurationValues.Format(value),
    };
}
