namespace Kafka.Modular.Client.Settings;

/// <summary>Keys that name classes to load, which a client that is not Java cannot do.</summary>
internal static class ClassKeys
{
    /// <summary>Refuses those that are set.</summary>
    /// <exception cref="ClientConfigurationException">One is.</exception>
    public static void Refuse(ClientProperties properties, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (properties.Find(key) is { Length: > 0 } name)
            {
                throw ClientConfigurationException.Invalid(key, name, "this client cannot load Java classes");
            }
        }
    }
}
