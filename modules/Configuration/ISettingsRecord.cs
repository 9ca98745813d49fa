using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration;

/// <summary>A generated settings record.</summary>
/// <typeparam name="TSelf">The record itself.</typeparam>
public interface ISettingsRecord<TSelf>
    where TSelf : class, ISettingsRecord<TSelf>
{
    /// <summary>The keys it holds.</summary>
    static abstract IReadOnlyList<ConfigurationKey> Keys { get; }

    /// <summary>Makes a record from the values in force.</summary>
    static abstract TSelf Read(ISettingsReader values);
}
