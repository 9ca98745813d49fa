using CsCheck;
using Kafka.Modular.Core.Timers;

namespace Kafka.Modular.Core.Tests.Timers;

public sealed class TimerWheelTests
{
    private readonly TimerWheel _wheel = new();

    private enum Step
    {
        Add,
        Remove,
        Advance,
    }

    [Test]
    public void An_entry_expires_at_its_deadline_and_not_before()
    {
        var entry = new Entry();
        _wheel.Add(entry, 5000);

        Assert.That(_wheel.TryTakeExpired(4999), Is.Null);
        Assert.That(entry.IsScheduled);
        Assert.That(_wheel.TryTakeExpired(5000), Is.SameAs(entry));
        Assert.That(entry.IsScheduled, Is.False);
        Assert.That(_wheel.Count, Is.Zero);
    }

    [Test]
    public void An_entry_in_the_past_is_due_at_once()
    {
        Assert.That(_wheel.TryTakeExpired(100), Is.Null);
        var entry = new Entry();
        _wheel.Add(entry, 3);

        Assert.That(_wheel.NextWake, Is.EqualTo(100));
        Assert.That(_wheel.TryTakeExpired(100), Is.SameAs(entry));
    }

    [Test]
    public void A_removed_entry_does_not_expire()
    {
        var entry = new Entry();
        _wheel.Add(entry, 100_000);
        Assert.That(_wheel.Remove(entry));

        Assert.That(_wheel.Remove(entry), Is.False);
        Assert.That(_wheel.NextWake, Is.Null);
        Assert.That(_wheel.TryTakeExpired(long.MaxValue), Is.Null);
    }

    [Test]
    public void An_entry_cannot_wait_twice()
    {
        var entry = new Entry();
        _wheel.Add(entry, 1);

        Assert.That(() => _wheel.Add(entry, 2), Throws.InvalidOperationException);
    }

    [Test]
    public void Deadlines_as_far_as_time_goes_are_kept()
    {
        var entry = new Entry();
        _wheel.Add(entry, long.MaxValue);

        Assert.That(_wheel.TryTakeExpired(long.MaxValue - 1), Is.Null);
        Assert.That(_wheel.TryTakeExpired(long.MaxValue), Is.SameAs(entry));
    }

    [Test]
    public void Entries_of_one_deadline_expire_in_the_order_they_were_added()
    {
        var early = new Entry();
        _wheel.Add(early, 70_000);
        Assert.That(_wheel.TryTakeExpired(69_990), Is.Null);
        var late = new Entry();
        _wheel.Add(late, 70_000);

        Assert.That(_wheel.TryTakeExpired(70_000), Is.SameAs(early));
        Assert.That(_wheel.TryTakeExpired(70_000), Is.SameAs(late));
    }

    [Test]
    public void It_behaves_as_a_sorted_list_would()
    {
        var delta = Gen.OneOf(Gen.Long[0, 200], Gen.Long[0, 100_000], Gen.Long[0, 1L << 45]);
        var step = Gen.Select(Gen.Int[0, 3].Select(static n => (Step)(n % 3)), delta);
        step.Array[1, 200].Sample(steps =>
        {
            var wheel = new TimerWheel();
            var model = new List<(long Deadline, int Number, Entry Entry)>();
            long now = 0;
            var number = 0;
            foreach (var (kind, amount) in steps)
            {
                switch (kind)
                {
                    case Step.Add:
                        var added = new Entry();
                        wheel.Add(added, now + amount);
                        model.Add((now + amount, number++, added));
                        break;
                    case Step.Remove when model.Count > 0:
                        var index = (int)(amount % model.Count);
                        Assert.That(wheel.Remove(model[index].Entry));
                        model.RemoveAt(index);
                        break;
                    case Step.Advance:
                        now += amount;
                        Expire(wheel, model, now);
                        break;
                }

                var earliest = model.Count == 0 ? (long?)null : model.Min(static m => m.Deadline);
                Assert.That(wheel.NextWake is null, Is.EqualTo(earliest is null));
                Assert.That(wheel.NextWake ?? 0, Is.LessThanOrEqualTo(earliest ?? 0));
                Assert.That(wheel.Count, Is.EqualTo(model.Count));
            }
        });
    }

    private static void Expire(TimerWheel wheel, List<(long Deadline, int Number, Entry Entry)> model, long now)
    {
        var expected = model.Where(m => m.Deadline <= now).OrderBy(m => m.Deadline).ThenBy(m => m.Number).Select(m => m.Entry).ToList();
        model.RemoveAll(m => m.Deadline <= now);
        var expired = new List<TimerEntry>();
        while (wheel.TryTakeExpired(now) is { } entry)
        {
            expired.Add(entry);
        }

        Assert.That(expired, Is.EqualTo(expected));
    }

    private sealed class Entry : TimerEntry
    {
        protected override void OnExpired()
        {
        }
    }
}
