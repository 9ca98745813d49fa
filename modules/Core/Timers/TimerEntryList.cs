namespace Kafka.Modular.Core.Timers;

/// <summary>The entries of one slot of a <see cref="TimerWheel"/>, in the order they came.</summary>
internal sealed class TimerEntryList(int level, int slot)
{
    public int Level { get; } = level;

    public int Slot { get; } = slot;

    public TimerEntry? First { get; private set; }

    public TimerEntry? Last { get; private set; }

    public void Append(TimerEntry entry)
    {
        entry.List = this;
        entry.Previous = Last;
        entry.Next = null;
        if (Last is null)
        {
            First = entry;
        }
        else
        {
            Last.Next = entry;
        }

        Last = entry;
    }

    public void Remove(TimerEntry entry)
    {
        if (entry.Previous is null)
        {
            First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            Last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.List = null;
        entry.Next = null;
        entry.Previous = null;
    }
}
