using Kafka.Modular.Cluster;
using Kafka.Modular.Network.Listeners;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Telemetry.Http;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server;

/// <summary>Runs the steps of starting and stopping: each has a deadline and a log line.</summary>
internal sealed class StepRunner(TimeProvider time, ILogger logger)
{
    /// <summary>A step of the start.</summary>
    /// <exception cref="BrokerStartException">It failed, or took too long.</exception>
    public async Task StartAsync(string step, TimeSpan deadline, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            await run(cancellationToken).WaitAsync(deadline, time, cancellationToken);
        }
        catch (TimeoutException fault)
        {
            throw new BrokerStartException($"Starting {step} took longer than {deadline.TotalSeconds:0} s.", fault);
        }
        catch (Exception fault) when (fault is ListenerException or PluginException or BrokerRegistrationException or HttpListenerFailedException or IOException or InvalidDataException)
        {
            // These say in one line what is wrong.
            throw new BrokerStartException(fault.Message, fault);
        }

        logger.Started(step, (long)time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <summary>A step of the stop; one that fails or takes too long does not keep the others from running.</summary>
    public async Task StopAsync(string step, TimeSpan deadline, Func<CancellationToken, Task> run)
    {
        var began = time.GetTimestamp();
        using var late = new CancellationTokenSource(deadline, time);
        try
        {
            // A step that heeds the token has a moment to end by itself.
            await run(late.Token).WaitAsync(deadline == Timeout.InfiniteTimeSpan ? deadline : deadline + TimeSpan.FromSeconds(1), time);
            logger.StoppedStep(step, (long)time.GetElapsedTime(began).TotalMilliseconds);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            logger.StopTimedOut(step, (long)deadline.TotalMilliseconds);
        }
        catch (Exception fault)
        {
            logger.StopFailed(fault, step);
        }
    }
}
