namespace Kafka.Modular.Configuration.Validate;

/// <summary>Why a change of configuration is refused; names are those of Kafka's error codes.</summary>
public enum ConfigurationRefusal
{
    /// <summary>It is not refused.</summary>
    None,

    /// <summary>INVALID_CONFIG.</summary>
    InvalidConfig,

    /// <summary>INVALID_REQUEST.</summary>
    InvalidRequest,
}

/// <summary>Whether a change of configuration is taken.</summary>
/// <param name="Refusal">Why not.</param>
/// <param name="Message">In Kafka's words; null if it is taken.</param>
public readonly record struct ConfigurationVerdict(ConfigurationRefusal Refusal, string? Message)
{
    /// <summary>Taken.</summary>
    public static ConfigurationVerdict Valid => default;

    /// <summary>Whether it is taken.</summary>
    public bool IsValid => Refusal == ConfigurationRefusal.None;

    internal static ConfigurationVerdict InvalidConfig(string message) => new(ConfigurationRefusal.InvalidConfig, message);

    internal static ConfigurationVerdict InvalidRequest(string message) => new(ConfigurationRefusal.InvalidRequest, message);
}
