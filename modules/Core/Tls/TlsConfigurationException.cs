namespace Kafka.Modular.Core.Tls;

/// <summary>Keys, certificates or other settings of TLS cannot be used. The message is one line for the operator and holds no secret.</summary>
public sealed class TlsConfigurationException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="key">Kafka's name of the setting that is at fault, without a listener's prefix.</param>
    /// <param name="reason">What is wrong with it and what helps.</param>
    /// <param name="innerException">What caused it.</param>
    public TlsConfigurationException(string key, string reason, Exception? innerException = null)
        : base($"{key}: {reason}", innerException)
    {
        Key = key;
        Reason = reason;
    }

    /// <summary>Kafka's name of the setting that is at fault, without a listener's prefix.</summary>
    public string Key { get; }

    /// <summary>What is wrong with it and what helps.</summary>
    public string Reason { get; }
}
