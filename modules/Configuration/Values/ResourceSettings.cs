namespace Kafka.Modular.Configuration.Values;

/// <summary>Makes the settings of single topics, groups and subscriptions.</summary>
public static class ResourceSettings
{
    /// <summary>Makes the settings of one resource, such as <see cref="TopicSettings"/>.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="broker">Values of the broker, which count where the resource sets nothing.</param>
    /// <param name="overrides">What the resource sets, in text form.</param>
    public static T Read<T>(ISettingsReader broker, IReadOnlyDictionary<string, string> overrides)
        where T : class, ISettingsRecord<T> => T.Read(new ResourceSettingsReader(overrides, broker));
}
