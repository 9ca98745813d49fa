namespace Kafka.Modular.Server.Plugins;

/// <summary>The replaceable plugins of one time, with the configuration that chose them and the private copies that they were loaded from.</summary>
/// <param name="number">Counts from 1.</param>
/// <param name="configuration">The configuration.</param>
/// <param name="isOwned">Whether the configuration goes with it. The first one is the server's own.</param>
internal sealed class PluginSet(int number, ServerConfiguration configuration, bool isOwned) : IDisposable
{
    public int Number { get; } = number;

    public ServerConfiguration Configuration { get; } = configuration;

    public IReadOnlyList<PluginCode> Code => Configuration.Plugins.Code;

    /// <summary>Whether code that could be unloaded is still in memory.</summary>
    public bool IsLoaded => Code.Any(static code => code is { IsCollectible: true, IsLoaded: true });

    /// <summary>Code that is in memory although it is not in use.</summary>
    /// <param name="inUse">The code that is.</param>
    public IEnumerable<PluginCode> Leftovers(IReadOnlyCollection<PluginCode> inUse) => Code.Where(code => code is { IsCollectible: true, IsLoaded: true } && !inUse.Contains(code));

    /// <summary>Removes the private copies.</summary>
    public void Dispose()
    {
        if (isOwned)
            Configuration.Dispose();
    }
}
