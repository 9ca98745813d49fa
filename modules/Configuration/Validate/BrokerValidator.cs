using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Validate;

/// <summary>Checks dynamic values of a broker or of all brokers, as Kafka's <c>DynamicBrokerConfig.validate</c> does (KIP-226).</summary>
public static class BrokerValidator
{
    // Threads that are started and stopped while they work must not change at a stroke.
    private static readonly ConfigurationKey[] ThreadCounts =
        [BrokerKeys.NumIoThreads, BrokerKeys.NumReplicaFetchers, BrokerKeys.NumRecoveryThreadsPerDataDir, BrokerKeys.BackgroundThreads];

    /// <summary>Checks values that are to be set.</summary>
    /// <param name="configs">All values of this level after the change. Names that are not known are taken, as Kafka takes them.</param>
    /// <param name="perBroker">Whether they are for one broker, as opposed to all.</param>
    /// <param name="current">The configuration now.</param>
    public static ConfigurationVerdict Validate(IReadOnlyDictionary<string, string> configs, bool perBroker, LiveConfiguration current)
    {
        var readOnly = configs.Keys.Where(name => Find(name) is { UpdateMode: UpdateMode.ReadOnly }).ToList();
        if (readOnly.Count > 0)
        {
            return Refuse($"Cannot update these configs dynamically: {Set(readOnly)}");
        }

        var withoutListener = configs.Keys.Where(name => Find(name) is { UpdateMode: UpdateMode.PerListener }).ToList();
        if (withoutListener.Count > 0)
        {
            return Refuse($"These security configs can be dynamically updated only per-listener using the listener prefix: {Set(withoutListener)}");
        }

        foreach (var (name, text) in configs)
        {
            if ((Find(name) ?? ListenerKeyName.Parse(name)?.Key) is { } key && InvalidValue.Message(key, text) is { } message)
            {
                return Refuse(message);
            }
        }

        var onlyOne = configs.Keys.Where(IsPerBroker).ToList();
        return !perBroker && onlyOne.Count > 0
            ? Refuse($"Cannot update these configs at default cluster level, broker id must be specified: {Set(onlyOne)}")
            : CheckTogether(configs, perBroker, current);
    }

    /// <summary>The settings of a module for a listener as they would be with other values of this broker.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="configs">All values of this broker after the change, valid.</param>
    /// <param name="listener">Name of the listener, in any case.</param>
    /// <param name="current">The configuration now.</param>
    public static T Preview<T>(IReadOnlyDictionary<string, string> configs, string listener, LiveConfiguration current)
        where T : class, ISettingsRecord<T>
    {
        var (level, layer) = Layer(configs, perBroker: true, current);
        return T.Read(new PrefixedReader(name => level.Find(name) ?? current.ClusterValues.GetValueOrDefault(name) ?? current.Node.Given.GetValueOrDefault(name), layer, listener, mechanism: null));
    }

    private static (DynamicValues Level, SettingsLayer Layer) Layer(IReadOnlyDictionary<string, string> configs, bool perBroker, LiveConfiguration current)
    {
        var level = DynamicValues.Read(configs, perBroker ? ConfigurationOriginKind.Broker : ConfigurationOriginKind.Cluster, []);
        return (level, new SettingsLayer(
            name => perBroker ? level.Find(name) : current.BrokerValues.GetValueOrDefault(name),
            name => perBroker ? current.ClusterValues.GetValueOrDefault(name) : level.Find(name),
            name => current.Node.Given.GetValueOrDefault(name)));
    }

    private static ConfigurationVerdict CheckTogether(IReadOnlyDictionary<string, string> configs, bool perBroker, LiveConfiguration current)
    {
        var (level, layer) = Layer(configs, perBroker, current);
        foreach (var key in ThreadCounts)
        {
            if (CheckThreads(key, current.Int32(key), layer.Int32(key)) is { } problem)
            {
                return Refuse(problem);
            }
        }

        var context = new CheckContext(layer, layer.Given, name => level.Find(name) ?? current.Given(name));
        if (new ListenerLayoutReader(layer, context.IsGiven, context.Fail).Read() is { } layout)
        {
            NodeChecks.Check(context, layout);
            NetworkChecks.Check(context, layout);
        }

        LogChecks.Check(context);
        return context.Problems.Count == 0 ? ConfigurationVerdict.Valid : Refuse($"{context.Problems[0].Key}: {context.Problems[0].Message}");
    }

    private static string? CheckThreads(ConfigurationKey key, int before, int after) =>
        after < before / 2 ? $"Dynamic thread count update validation failed for {key}={after}, value should be at least half the current value {before}"
        : after > (long)before * 2 ? $"Dynamic thread count update validation failed for {key}={after}, value should not be greater than double the current value {before}"
        : null;

    private static bool IsPerBroker(string name) =>
        Find(name) is { } key ? key.UpdateMode is UpdateMode.PerBroker or UpdateMode.PerListener : ListenerKeyName.Parse(name) is { } prefixed && prefixed.Key is not { UpdateMode: UpdateMode.ClusterWide };

    private static ConfigurationKey? Find(string name) => ConfigurationCatalog.Find(ConfigurationScope.Broker, name);

    private static string Set(IEnumerable<string> names) => $"Set({string.Join(", ", names)})";

    private static ConfigurationVerdict Refuse(string message) => ConfigurationVerdict.InvalidRequest(message);
}
