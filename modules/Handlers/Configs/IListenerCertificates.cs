using Kafka.Modular.Configuration;

namespace Kafka.Modular.Handlers.Configs;

/// <summary>Port: the certificates that this broker's listeners show and trust. Any thread.</summary>
public interface IListenerCertificates
{
    /// <summary>What speaks against other settings for a listener, in one line without secrets; null when nothing does, or the listener has no TLS. Changes nothing.</summary>
    /// <param name="listener">Its name in upper case.</param>
    /// <param name="settings">The settings as they would be.</param>
    string? Objection(string listener, SslSettings settings);
}
