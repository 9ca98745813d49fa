using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Controller;

/// <summary>What the active controller does again and again. Lives on the controller's loop.</summary>
/// <param name="loop">The controller's loop.</param>
/// <param name="period">Time between two runs, read anew each time; zero or less never runs it.</param>
/// <param name="run">What to do.</param>
internal sealed class PeriodicTask(IEventLoop loop, Func<TimeSpan> period, Action run) : TimerEntry
{
    /// <summary>Runs it after a period, and so on.</summary>
    public void Start()
    {
        var delay = period();
        if (delay > TimeSpan.Zero)
        {
            loop.Schedule(this, delay);
        }
    }

    /// <summary>Ends that.</summary>
    public void Stop() => loop.Cancel(this);

    /// <inheritdoc/>
    protected override void OnExpired()
    {
        run();
        Start();
    }
}
