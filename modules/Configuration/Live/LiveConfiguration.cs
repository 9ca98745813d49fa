using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Live;

/// <summary>
/// The configuration of a running node: its static configuration under the dynamic values of the cluster and of this broker (KIP-226),
/// and the topics', groups' and subscriptions' own. <see cref="ApplyBroker"/> and the resources' changes come on the metadata publisher's loop;
/// everything else may be called on any thread.
/// </summary>
public sealed class LiveConfiguration : ISettingsReader
{
    private readonly Lock applying = new();
    private readonly Lock gate = new();
    private readonly Dictionary<string, IRefreshable> settings = new(StringComparer.Ordinal);
    private readonly List<IRefreshable> order = [];
    private volatile NodeConfiguration node;
    private volatile State state;

    /// <summary>Starts from the static configuration alone.</summary>
    public LiveConfiguration(NodeConfiguration node)
    {
        this.node = node;
        state = new(new SettingsLayer(Static), DynamicValues.None, DynamicValues.None);
        Topics = new(this);
        Groups = new(this);
        ClientMetrics = new(this);
    }

    /// <summary>The static configuration.</summary>
    public NodeConfiguration Node => node;

    /// <summary>Settings of each topic.</summary>
    public ResourceConfigurations<TopicSettings> Topics { get; }

    /// <summary>Settings of each group.</summary>
    public ResourceConfigurations<GroupOverrideSettings> Groups { get; }

    /// <summary>Settings of each subscription to clients' metrics.</summary>
    public ResourceConfigurations<ClientMetricsSettings> ClientMetrics { get; }

    /// <summary>The dynamic defaults of the cluster that are in force.</summary>
    public IReadOnlyDictionary<string, ConfigurationSetting> ClusterValues => state.Cluster.Settings;

    /// <summary>The dynamic values of this broker that are in force.</summary>
    public IReadOnlyDictionary<string, ConfigurationSetting> BrokerValues => state.Broker.Settings;

    /// <inheritdoc/>
    public object? Value(ConfigurationKey key) => state.Values.Value(key);

    /// <summary>The value that was given for a key or for one of its synonyms; null when its default counts.</summary>
    public ConfigurationSetting? Find(ConfigurationKey key) => state.Values.Given(key);

    /// <summary>The settings of a module. The same object for each call.</summary>
    /// <typeparam name="T">The record.</typeparam>
    public ISettings<T> Settings<T>()
        where T : class, ISettingsRecord<T> => Settings<T>(null, null, values => values);

    /// <summary>The settings of a module for one listener: what is given with the listener's prefix wins.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="listener">Name of the listener, in any case.</param>
    /// <param name="mechanism">SASL mechanism, for the keys that may be set for one.</param>
    public ISettings<T> Settings<T>(string listener, string? mechanism = null)
        where T : class, ISettingsRecord<T> =>
        Settings<T>(listener.ToUpperInvariant(), mechanism?.ToUpperInvariant(), values => new PrefixedReader(name => Given(name), values, listener, mechanism));

    /// <summary>
    /// Takes the dynamic values as they are now in the metadata: all of them, not only what changed. A value that is not valid, or not
    /// dynamic at its level, is left out and reported, as Kafka does.
    /// </summary>
    /// <param name="cluster">Defaults of all brokers.</param>
    /// <param name="broker">Values of this broker.</param>
    /// <returns>What was left out.</returns>
    public IReadOnlyList<ConfigurationProblem> ApplyBroker(IReadOnlyDictionary<string, string> cluster, IReadOnlyDictionary<string, string> broker)
    {
        var problems = new List<ConfigurationProblem>();
        lock (applying)
        {
            Apply(DynamicValues.Read(cluster, ConfigurationOriginKind.Cluster, problems), DynamicValues.Read(broker, ConfigurationOriginKind.Broker, problems));
        }

        return problems;
    }

    /// <summary>
    /// Takes another static configuration, which differs from the one before in nothing that needs a restart; dynamic values stay above it. Any thread: changes of the
    /// metadata wait meanwhile, and whoever follows settings is told on the caller's thread.
    /// </summary>
    /// <param name="next">The configuration.</param>
    public void ReplaceNode(NodeConfiguration next)
    {
        lock (applying)
        {
            node = next;
            Apply(state.Cluster, state.Broker);
        }
    }

    /// <summary>The value given under a name, listener prefix included: that of this broker, of the cluster, or the static one.</summary>
    internal ConfigurationSetting? Given(string name)
    {
        var now = state;
        return now.Broker.Find(name) ?? now.Cluster.Find(name) ?? Static(name);
    }

    internal void Register(IRefreshable refreshable)
    {
        lock (gate)
        {
            order.Add(refreshable);
        }
    }

    private void Apply(DynamicValues cluster, DynamicValues broker)
    {
        var values = new SettingsLayer(broker.Find, cluster.Find, Static);
        IRefreshable[] all;
        lock (gate)
        {
            state = new(values, cluster, broker);
            all = [.. order];
        }

        var tell = all.Select(refreshable => refreshable.Refresh(values)).ToList();
        foreach (var action in tell)
        {
            action?.Invoke();
        }
    }

    private ConfigurationSetting? Static(string name) => node.Given.GetValueOrDefault(name);

    private LiveSettings<T> Settings<T>(string? listener, string? mechanism, Func<ISettingsReader, ISettingsReader> view)
        where T : class, ISettingsRecord<T>
    {
        var name = $"{typeof(T).Name} {listener} {mechanism}";
        lock (gate)
        {
            if (!settings.TryGetValue(name, out var found))
            {
                found = new LiveSettings<T>(state.Values, view);
                settings.Add(name, found);
                order.Add(found);
            }

            return (LiveSettings<T>)found;
        }
    }

    private sealed record State(SettingsLayer Values, DynamicValues Cluster, DynamicValues Broker);
}
