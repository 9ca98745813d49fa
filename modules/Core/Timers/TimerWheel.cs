using System.Numerics;

namespace Kafka.Modular.Core.Timers;

/// <summary>
/// A hierarchical timer wheel: adding and removing cost the same however many timers wait. It has no clock; the
/// caller says what time it is. One thread at a time.
/// </summary>
/// <remarks>
/// Each level has 64 slots, each slot of level n covers 64^n ticks. An entry sits at the level of the highest six-bit digit in which its
/// deadline differs from the present, and moves down when the present reaches its slot. Entries of one deadline expire in the order they were added.
/// </remarks>
public sealed class TimerWheel
{
    private const int SlotBits = 6;
    private const int SlotsPerLevel = 1 << SlotBits;
    private const int Levels = (63 / SlotBits) + 1;
    private const int DueLevel = -1;

    private readonly TimerEntryList?[][] _slots = new TimerEntryList?[Levels][];
    private readonly ulong[] _occupied = new ulong[Levels];
    private readonly TimerEntryList _due = new(DueLevel, 0);
    private long _now;

    /// <summary>Creates an empty wheel.</summary>
    /// <param name="now">The present tick, 0 or more.</param>
    public TimerWheel(long now = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(now);
        _now = now;
    }

    /// <summary>How many entries wait.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The tick at which <see cref="TryTakeExpired"/> should be called next: never later than the earliest deadline, but possibly earlier.
    /// Null when nothing waits.
    /// </summary>
    public long? NextWake
    {
        get
        {
            if (_due.First is not null)
            {
                return _now;
            }

            return TryFindNextSlot(out _, out _, out var start) ? start : null;
        }
    }

    /// <summary>Adds an entry that is due at a tick; one in the past is due at once.</summary>
    /// <exception cref="InvalidOperationException">It waits already, here or elsewhere.</exception>
    public void Add(TimerEntry entry, long deadline)
    {
        if (entry.IsScheduled)
        {
            throw new InvalidOperationException("The timer is scheduled already.");
        }

        entry.Deadline = deadline;
        Place(entry);
        Count++;
    }

    /// <summary>Removes an entry of this wheel; says whether it was still waiting.</summary>
    public bool Remove(TimerEntry entry)
    {
        var list = entry.List;
        if (list is null)
        {
            return false;
        }

        list.Remove(entry);
        if (list.First is null && list.Level != DueLevel)
        {
            _occupied[list.Level] &= ~(1UL << list.Slot);
        }

        Count--;
        return true;
    }

    /// <summary>Moves the present to <paramref name="now"/> and takes one entry that is due by then; null when there is none.</summary>
    public TimerEntry? TryTakeExpired(long now)
    {
        while (true)
        {
            if (_due.First is { } due)
            {
                _due.Remove(due);
                Count--;
                return due;
            }

            if (!TryFindNextSlot(out var level, out var slot, out var start) || start > now)
            {
                _now = Math.Max(_now, now);
                return null;
            }

            _now = Math.Max(_now, start);
            Empty(level, slot);
        }
    }

    // Entries of level 0 are due; those of a higher level move to the level that fits now.
    private void Empty(int level, int slot)
    {
        var list = _slots[level][slot]!;
        _occupied[level] &= ~(1UL << slot);
        while (list.First is { } entry)
        {
            list.Remove(entry);
            Place(entry);
        }
    }

    private void Place(TimerEntry entry)
    {
        if (entry.Deadline <= _now)
        {
            _due.Append(entry);
            return;
        }

        var level = BitOperations.Log2((ulong)(entry.Deadline ^ _now)) / SlotBits;
        var slot = (int)(entry.Deadline >> (level * SlotBits)) & (SlotsPerLevel - 1);
        var slots = _slots[level] ??= new TimerEntryList?[SlotsPerLevel];
        (slots[slot] ??= new TimerEntryList(level, slot)).Append(entry);
        _occupied[level] |= 1UL << slot;
    }

    // Every entry of a lower level is due before every entry of a higher one, and all occupied slots lie ahead.
    private bool TryFindNextSlot(out int level, out int slot, out long start)
    {
        for (level = 0; level < Levels; level++)
        {
            if (_occupied[level] != 0)
            {
                slot = BitOperations.TrailingZeroCount(_occupied[level]);
                var shift = level * SlotBits;
                var above = shift + SlotBits >= 63 ? 0 : _now >> (shift + SlotBits) << (shift + SlotBits);
                start = above | ((long)slot << shift);
                return true;
            }
        }

        (slot, start) = (0, 0);
        return false;
    }
}
