namespace Kafka.Modular.Coordination;

/// <summary>A shard's timers. Used on the shard's loop only; they end with the shard.</summary>
/// <typeparam name="TRecord">The coordinator's record.</typeparam>
public interface ICoordinatorTimers<TRecord>
{
    /// <summary>Now, in milliseconds since the Unix epoch.</summary>
    long NowMs { get; }

    /// <summary>
    /// Runs an operation after a delay. A timer of the same key is replaced. The key is free again when the operation runs.
    /// </summary>
    void Schedule(string key, long delayMs, Func<CoordinatorResult<TRecord>> operation);

    /// <summary>Removes a timer, if it is there.</summary>
    void Cancel(string key);
}
