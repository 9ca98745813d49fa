namespace Kafka.Modular.Fuzz.Tests.Frame;

/// <summary>A target that computes and does nothing else, so that what it allocates can be measured.</summary>
internal abstract class PureTarget : FuzzTarget
{
    public sealed override ValueTask<bool> RunAsync(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = Run(input);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= AllocationLimit(input)
            ? new(taken)
            : throw new InvalidOperationException($"{allocated} bytes were allocated for an input of {input.Length}, at most {AllocationLimit(input)} are in proportion.");
    }

    /// <inheritdoc cref="FuzzTarget.RunAsync"/>
    protected abstract bool Run(byte[] input);

    /// <summary>Most bytes that the input may make the target and its checks allocate.</summary>
    protected virtual long AllocationLimit(byte[] input) => (64 * 1024) + (input.Length * 1024L);

    /// <summary>Fails unless it holds.</summary>
    protected static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
