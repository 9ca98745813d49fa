using System.Runtime.InteropServices;

namespace Kafka.Modular.Telemetry.Instruments;

/// <summary>
/// A number that only grows. Adding costs one interlocked addition in a cell of the core that runs it, and allocates nothing. Any thread.
/// </summary>
public sealed class Counter
{
    private static readonly int s_mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64)) - 1;

    private readonly Cell[] _cells = new Cell[s_mask + 1];

    /// <summary>The number now.</summary>
    public long Value
    {
        get
        {
            long sum = 0;
            foreach (ref readonly var cell in _cells.AsSpan())
                sum += Volatile.Read(in cell.Value);
            return sum;
        }
    }

    /// <summary>Counts one.</summary>
    public void Increment() => Add(1);

    /// <summary>Counts so many.</summary>
    public void Add(long count) => Interlocked.Add(ref _cells[Thread.GetCurrentProcessorId() & s_mask].Value, count);

    // A cache line of its own, and its neighbor that the processor fetches with it.
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Cell
    {
        [FieldOffset(64)]
        public long Value;
    }
}
