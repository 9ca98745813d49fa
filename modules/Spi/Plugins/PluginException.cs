namespace Kafka.Modular.Spi.Plugins;

/// <summary>A plugin cannot be found, loaded or set up. The message is one line for an operator and stops the start.</summary>
public sealed class PluginException : Exception
{
    /// <summary>Creates the error.</summary>
    public PluginException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
