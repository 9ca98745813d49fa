using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Plugins;

/// <summary>
/// The SASL mechanisms, credential stores and the authorizer of a server, which are replaced while it runs: the configuration is read again, the chosen plugins are
/// copied, loaded and tested, and only if all of it went well they take the place of those before. Otherwise nothing changes. Any thread; one reload at a time.
/// </summary>
public sealed class PluginReloads : IDisposable
{
    private const int MaximumOld = 4;
    private const int ReadAttempts = 5;

    private static readonly TimeSpan s_readPause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _one = new(1);
    private readonly Lock _lock = new();
    private readonly List<PluginSet> _old = [];
    private readonly Queue<Task> _draining = new();
    private readonly Func<ServerConfiguration> _read;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Counter _done = new();
    private readonly Counter _failed = new();
    private PluginSet _current;
    private Dictionary<(PluginKind Kind, string Id), (PluginCode Code, int Number)> _inUse;
    private IReadOnlyList<SharedPlugin> _shared;
    private AuthorizerGeneration? _authorizer;
    private Broker? _broker;

    private PluginReloads(
        ServerConfiguration first, Func<ServerConfiguration> read, TimeProvider clock, ILogger logger, LoadedAuthentication? authentication, AuthorizerGeneration? authorizer)
    {
        (_read, _clock, _logger, _authorizer) = (read, clock, logger, authorizer);
        Authentication = authentication is null ? null : new AuthenticationGenerations(authentication.Generation);
        _shared = authentication?.Plugins ?? [];
        _current = new PluginSet(1, first, isOwned: false);
        _inUse = With([], _current);
    }

    /// <summary>The mechanisms and stores; null where no listener uses SASL.</summary>
    public AuthenticationGenerations? Authentication { get; }

    /// <summary>The authorizer to begin with; null where none is chosen.</summary>
    public IAuthorizer? Authorizer => _authorizer?.Authorizer;

    /// <summary>The number of the generation in use, from 1.</summary>
    public int Number
    {
        get
        {
            lock (_lock)
                return _current.Number;
        }
    }

    /// <summary>How many generations that were replaced are still in memory.</summary>
    public int OldCount
    {
        get
        {
            lock (_lock)
            {
                Sweep();
                return _old.Count(set => set.Leftovers(CodeInUse).Any());
            }
        }
    }

    /// <summary>How long an authorizer that was replaced is kept for the requests that still ask it.</summary>
    internal TimeSpan DrainTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Loads the first generation.</summary>
    /// <param name="first">The checked configuration of the server; the caller disposes it in the end.</param>
    /// <param name="read">Reads the configuration again.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="loggers">Where is told what happened.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PluginException">A plugin cannot be loaded or set up, or its test of itself failed.</exception>
    public static async Task<PluginReloads> LoadAsync(
        ServerConfiguration first, Func<ServerConfiguration> read, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var node = first.Result.Required;
        var authentication = await first.Plugins.LoadAuthenticationAsync(1, node, clock, [], cancellationToken);
        try
        {
            var authorizer = await first.Plugins.LoadAuthorizerAsync(node, clock, cancellationToken);
            return new PluginReloads(first, read, clock, loggers.CreateLogger("kafka.modular.Plugins"), authentication, authorizer);
        }
        catch
        {
            authentication?.Generation.Abandon();
            throw;
        }
    }

    /// <summary>The broker that uses the plugins: from now on they can be replaced, and its metrics tell of them.</summary>
    /// <param name="broker">The broker, made of <see cref="Authentication"/> and <see cref="Authorizer"/>.</param>
    public void Attach(Broker broker)
    {
        _broker = broker;
        broker.Metrics.Source(PluginDefinitions.Generation, sink => Collect(sink, static (_, number) => number));
        broker.Metrics.Source(PluginDefinitions.OldGenerations, sink => Collect(sink, (code, _) => OldOf(code)));
        broker.Metrics.Source(PluginDefinitions.Reloads, sink =>
        {
            sink.Add(_done.Value, "done");
            sink.Add(_failed.Value, "failed");
        });
    }

    /// <summary>Reads the configuration again and replaces the plugins, all of them.</summary>
    /// <param name="cancellationToken">Gives up while nothing has changed yet.</param>
    /// <returns>What was replaced, or why nothing was.</returns>
    public Task<PluginReport> ReloadAsync(CancellationToken cancellationToken) => ReloadAsync([], cancellationToken);

    /// <summary>Reads the configuration again and replaces some of the plugins; the others stay as they are.</summary>
    /// <param name="ids">Ids of the plugins to replace; none replaces all.</param>
    /// <param name="cancellationToken">Gives up while nothing has changed yet.</param>
    /// <returns>What was replaced, or why nothing was.</returns>
    public async Task<PluginReport> ReloadAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var report = await TryAsync(ids, cancellationToken);
            (report.IsDone ? _done : _failed).Increment();
            if (report.IsDone)
                _logger.PluginsReplaced(Number, string.Join("; ", report.Lines));
            else
                _logger.PluginsNotReplaced(Number, string.Join("; ", report.Lines));
            return report;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The plugins in use and how many old generations of each are in memory, a line each.</summary>
    public IReadOnlyList<string> List()
    {
        lock (_lock)
        {
            Sweep();
            return
            [
                .. _inUse.Values.Select(each => $"{Describe(each.Code, each.Number)}, {OldOf(each.Code)} old in memory"),
                .. _current.Configuration.Plugins.Manifests.Where(static manifest => !manifest.IsReplaceable)
                    .Select(static manifest => $"{NameOf(manifest.Kind)} {manifest.Id}: loaded once, from {Path.GetDirectoryName(manifest.Origin)}"),
            ];
        }
    }

    /// <summary>Lets go of everything, after the broker.</summary>
    public void Dispose()
    {
        Authentication?.Dispose();
        _authorizer?.Dispose();
        _authorizer = null;
        lock (_lock)
        {
            foreach (var set in _old.Append(_current))
                set.Dispose();
            _old.Clear();
        }

        _one.Dispose();
    }

    private static string NameOf(PluginKind kind) => kind.ToString().ToLowerInvariant();

    private static string Describe(PluginCode code, int number) => $"{NameOf(code.Kind)} {code.Id}: generation {number}, version {code.Version}, from {code.Location}";

    private IReadOnlyCollection<PluginCode> CodeInUse => [.. _inUse.Values.Select(static each => each.Code)];

    private int OldOf(PluginCode code) => _old.Sum(set => set.Leftovers(CodeInUse).Count(each => each.Kind == code.Kind && each.Id == code.Id));

    // What a set has loaded takes the place of what was in use of the same plugins.
    private static Dictionary<(PluginKind Kind, string Id), (PluginCode Code, int Number)> With(
        IEnumerable<KeyValuePair<(PluginKind Kind, string Id), (PluginCode Code, int Number)>> kept, PluginSet set)
    {
        var all = new Dictionary<(PluginKind Kind, string Id), (PluginCode Code, int Number)>(kept);
        foreach (var code in set.Code)
            all[(code.Kind, code.Id)] = (code, set.Number);
        return all;
    }

    private async Task<PluginReport> TryAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        var broker = _broker ?? throw new InvalidOperationException("There is no broker yet.");
        ServerConfiguration? next = null;
        LoadedAuthentication? authentication = null;
        AuthorizerGeneration? authorizer = null;
        try
        {
            if (await CrowdAsync(cancellationToken) is { } crowd)
                return new(false, [crowd]);
            next = await ReadAsync(cancellationToken);
            var changes = next.Result.Configuration is null
                ? new ConfigurationChanges([], [.. next.Result.Problems.Select(static problem => problem.ToString())])
                : ConfigurationChanges.Between(_current.Configuration, next);
            if (changes.Refused.Count == 0 && ids.Count > 0)
                changes = changes with { Refused = [.. Beyond(ids, next, changes)] };
            if (changes.Refused.Count == 0)
            {
                var node = next.Result.Required;
                authentication = IsMeant(ids, PluginKind.Sasl) || IsMeant(ids, PluginKind.Credentials)
                    ? await next.Plugins.LoadAuthenticationAsync(_current.Number + 1, node, _clock, [.. _shared.Where(plugin => ids.Count > 0 && !ids.Contains(plugin.Id))], cancellationToken)
                    : null;
                authorizer = IsMeant(ids, PluginKind.Authorizer) ? await next.Plugins.LoadAuthorizerAsync(node, _clock, cancellationToken) : null;
                changes = changes with { Refused = ids.Count > 0 ? [] : [.. Lacks(next, authentication?.Generation)] };
            }

            if (changes.Refused.Count > 0)
            {
                Abandon(next, authentication, authorizer);
                return new(false, changes.Refused);
            }

            return Commit(broker, next, authentication, authorizer, changes);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Abandon(next, authentication, authorizer);
            return new(false, [fault is PluginException or IOException or UnauthorizedAccessException ? fault.Message : $"{fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}"]);
        }
        catch (OperationCanceledException)
        {
            Abandon(next, authentication, authorizer);
            throw;
        }
    }

    private PluginReport Commit(Broker broker, ServerConfiguration next, LoadedAuthentication? authentication, AuthorizerGeneration? authorizer, ConfigurationChanges changes)
    {
        // The one step that can fail comes first: it hands a plugin the ACLs.
        if (authorizer is not null)
            broker.ReplaceAuthorizer(authorizer.Authorizer);
        if (authentication is not null)
        {
            Authentication!.Replace(authentication.Generation);
            _shared = authentication.Plugins;
        }

        broker.Reconfigure(next.Result.Required);
        var before = authorizer is null ? null : _authorizer;
        _authorizer = authorizer ?? _authorizer;
        PluginSet set;
        lock (_lock)
        {
            var chosen = next.Plugins.Manifests.Select(static manifest => (manifest.Kind, manifest.Id)).ToHashSet();
            _old.Add(_current);
            _current = set = new PluginSet(_current.Number + 1, next, isOwned: true);
            _inUse = With(_inUse.Where(each => chosen.Contains(each.Key)), set);
        }

        LetGoLater(before);
        IEnumerable<string> lines = set.Code.DistinctBy(static code => (code.Kind, code.Id)).Select(code => Describe(code, set.Number));
        if (changes.Taken.Count > 0)
            lines = lines.Append($"changed keys: {string.Join(", ", changes.Taken)}");
        return new(true, [.. lines.DefaultIfEmpty("there is no plugin that could be replaced")]);
    }

    private bool IsMeant(IReadOnlyCollection<string> ids, PluginKind kind) => ids.Count == 0 || _inUse.Keys.Any(each => each.Kind == kind && ids.Contains(each.Id));

    // What was asked for that is not there, and what has changed beside it: it would be neither taken nor refused.
    private IEnumerable<string> Beyond(IReadOnlyCollection<string> ids, ServerConfiguration next, ConfigurationChanges changes)
    {
        foreach (var id in ids.Where(id => _inUse.Keys.All(each => each.Id != id)))
            yield return $"there is no plugin {id} in use that could be replaced; there are {string.Join(", ", _inUse.Keys.Select(static each => each.Id).Distinct(StringComparer.Ordinal))}";
        var own = next.Plugins.Manifests.Where(manifest => manifest.IsReplaceable && ids.Contains(manifest.Id)).SelectMany(static manifest => manifest.Keys)
            .Select(static key => key.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var key in changes.Taken.Where(key => !own.Contains(key)))
            yield return $"{key} has changed too, which is not a key of {string.Join(", ", ids)}; a reload of all plugins takes it";
    }

    // What the new generation lacks that listeners or requests need.
    private IEnumerable<string> Lacks(ServerConfiguration next, AuthenticationGeneration? authentication)
    {
        var node = next.Result.Required;
        if (authentication is null != Authentication is null)
            yield return "plugins.sasl: SASL is turned on and off by a restart";
        foreach (var listener in node.Listeners.All.Where(static listener => listener.Protocol.UsesSasl()))
        {
            foreach (var mechanism in node.Settings<SaslSettings>(listener.Name).SaslEnabledMechanisms.Where(mechanism => authentication?.Has(mechanism) == false))
                yield return $"sasl.enabled.mechanisms of listener {listener.Name} has {mechanism}, for which no plugin is loaded; add it to plugins.sasl or take it out";
        }
    }

    // A folder that is being replaced may be missing for a moment, or its plugin.yaml be half written.
    private async Task<ServerConfiguration> ReadAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return _read();
            }
            catch (PluginException) when (attempt < ReadAttempts)
            {
                await Task.Delay(s_readPause, _clock, cancellationToken);
            }
        }
    }

    private static void Abandon(ServerConfiguration? configuration, LoadedAuthentication? authentication, AuthorizerGeneration? authorizer)
    {
        authentication?.Generation.Abandon();
        authorizer?.Dispose();
        configuration?.Dispose();
    }

    // Why there is no room for another generation, or null. What is only kept for the requests that may still ask it goes by itself, and is waited for.
    private async Task<string?> CrowdAsync(CancellationToken cancellationToken)
    {
        while (OldCount >= MaximumOld)
        {
            for (var round = 0; round < 3; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            if (OldCount < MaximumOld)
                break;
            Task? draining;
            lock (_lock)
                _draining.TryDequeue(out draining);
            if (draining is null)
                return $"{MaximumOld} older generations are still in memory, because logins that they began are not over or something of theirs is referred to; try again later, or restart";
            await draining.WaitAsync(cancellationToken);
        }

        return null;
    }

    private void Sweep()
    {
        foreach (var set in _old.Where(static set => !set.IsLoaded))
            set.Dispose();
        _old.RemoveAll(static set => !set.IsLoaded);
    }

    // Requests under way may still ask the authorizer, and the audit log after them.
    private void LetGoLater(AuthorizerGeneration? before)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ITimer? timer = null;
        timer = _clock.CreateTimer(
            _ =>
            {
                before?.Dispose();
                before = null;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Default, blocking: false);
                timer?.Dispose();
                drained.SetResult();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        lock (_lock)
        {
            while (_draining.TryPeek(out var ended) && ended.IsCompleted)
                _ = _draining.Dequeue();
            if (before is not null)
                _draining.Enqueue(drained.Task);
        }

        timer.Change(DrainTime, Timeout.InfiniteTimeSpan);
    }

    private void Collect(MetricSink sink, Func<PluginCode, int, double> value)
    {
        lock (_lock)
        {
            Sweep();
            foreach (var (code, number) in _inUse.Values)
                sink.Add(value(code, number), NameOf(code.Kind), code.Id);
        }
    }
}
