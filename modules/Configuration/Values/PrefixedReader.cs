using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;

namespace Kafka.Modular.Configuration.Values;

/// <summary>Reads values for one listener, and maybe one SASL mechanism of it: what is given with a prefix wins over what is given without.</summary>
/// <param name="find">For a name, the value that was given, or null.</param>
/// <param name="values">Values without a prefix.</param>
/// <param name="listener">The listener.</param>
/// <param name="mechanism">The mechanism, or null.</param>
internal sealed class PrefixedReader(Func<string, ConfigurationSetting?> find, ISettingsReader values, string listener, string? mechanism) : ISettingsReader
{
    /// <inheritdoc/>
    public object? Value(ConfigurationKey key)
    {
        foreach (var name in ListenerKeyName.Candidates(listener, mechanism, key))
        {
            if (find(name) is { } setting)
            {
                return setting.Value;
            }
        }

        return values.Value(key);
    }
}
