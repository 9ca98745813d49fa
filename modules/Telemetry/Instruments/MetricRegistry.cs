using System.Collections.Immutable;
using Kafka.Modular.Telemetry.Catalog;

namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>
/// The metrics of one broker. Modules ask for the handles of theirs once and keep them; what can be read from their state is registered as a function that is
/// called when somebody looks. Any thread.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class MetricRegistry(TimeProvider time)
{
    private readonly Lock _lock = new();
    private ImmutableSortedDictionary<string, MetricFamily> _families = ImmutableSortedDictionary.Create<string, MetricFamily>(StringComparer.Ordinal);
    private ImmutableArray<Func<CancellationToken, Task>> _refreshes = [];

    /// <summary>Creates a registry on the system's clock.</summary>
    public MetricRegistry()
        : this(TimeProvider.System)
    {
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; } = time;

    /// <summary>The metrics by name.</summary>
    public IEnumerable<MetricFamily> Families => Volatile.Read(ref _families).Values;

    /// <summary>A metric whose series are asked for when somebody looks.</summary>
    /// <exception cref="ArgumentException">It is registered already.</exception>
    public void Source(MetricDefinition definition, Action<MetricSink> collect)
    {
        ArgumentNullException.ThrowIfNull(definition);
        lock (_lock)
            Volatile.Write(ref _families, _families.Add(definition.Name, new MetricFamily(definition, collect)));
    }

    /// <summary>A gauge or counter without labels that is asked for when somebody looks.</summary>
    /// <exception cref="ArgumentException">It is registered already.</exception>
    public void Read(MetricDefinition definition, Func<double> value) => Source(definition, sink => sink.Add(value()));

    /// <summary>A counter without labels.</summary>
    /// <exception cref="ArgumentException">It is registered already.</exception>
    public Counter Counter(MetricDefinition definition)
    {
        var counter = new Counter();
        Source(definition, sink => sink.Add(counter.Value));
        return counter;
    }

    /// <summary>Has something asynchronous read before the metrics are; its own metrics then tell what it found.</summary>
    public void Refresh(Func<CancellationToken, Task> refresh) => ImmutableInterlocked.Update(ref _refreshes, static (all, one) => all.Add(one), refresh);

    /// <summary>Runs what <see cref="Refresh"/> was given; one that fails or takes too long leaves what was known before.</summary>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RefreshAsync(TimeSpan deadline, CancellationToken cancellationToken)
    {
        foreach (var refresh in _refreshes)
        {
            try
            {
                await refresh(cancellationToken).WaitAsync(deadline, Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // The next reader finds it done.
            }
        }
    }
}
