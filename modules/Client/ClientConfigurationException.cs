namespace Kafka.Modular.Client;

/// <summary>A client's configuration cannot be used. The message names the key, what it holds and what was expected.</summary>
public sealed class ClientConfigurationException : Exception
{
    /// <summary>Names what is wrong.</summary>
    public ClientConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Names what is wrong and what showed it.</summary>
    public ClientConfigurationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The configuration is wrong in an unnamed way.</summary>
    public ClientConfigurationException()
    {
    }

    /// <summary>A value that its key does not take, in the words of Kafka's own clients.</summary>
    public static ClientConfigurationException Invalid(string key, string? value, string expected) =>
        new($"Invalid value {value} for configuration {key}: {expected}");
}
