using Kafka.Modular.Core.Threading;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Core.Tests.Threading;

public sealed class InlineEventLoopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly InlineEventLoop _loop;
    private readonly List<string> _seen = [];

    public InlineEventLoopTests() => _loop = new InlineEventLoop("inline", _time);

    [Test]
    public void Nothing_runs_until_it_is_told_to()
    {
        _loop.Post(() => _seen.Add("a"));
        Assert.That(_seen, Is.Empty);

        Assert.That(_loop.RunPending(), Is.EqualTo(1));
        Assert.That(_seen, Is.EqualTo(new[] { "a" }));
        Assert.That(_loop.RunOne(), Is.False);
    }

    [Test]
    public void What_runs_may_post_more()
    {
        _loop.Post(() => _loop.Post(() => _seen.Add(_loop.IsOnLoop ? "inner on loop" : "elsewhere")));
        Assert.That(_loop.RunPending(), Is.EqualTo(2));

        Assert.That(_seen, Is.EqualTo(new[] { "inner on loop" }));
        Assert.That(_loop.IsOnLoop, Is.False);
    }

    [Test]
    public void Due_timers_run_before_posted_work()
    {
        _loop.Post(() => _seen.Add("work"));
        _loop.Schedule(TimeSpan.FromMilliseconds(5), () => _seen.Add("timer"));
        Assert.That(_loop.UntilNext, Is.EqualTo(TimeSpan.Zero));
        _time.Advance(TimeSpan.FromMilliseconds(5));
        _loop.RunPending();

        Assert.That(_seen, Is.EqualTo(new[] { "timer", "work" }));
    }

    [Test]
    public void A_simulation_can_jump_from_timer_to_timer()
    {
        Assert.That(_loop.UntilNext, Is.Null);
        _loop.Schedule(TimeSpan.FromDays(3), () => _seen.Add("a"));
        var jumps = 0;
        while (_loop.UntilNext is { } wait)
        {
            _time.Advance(wait);
            _loop.RunPending();
            jumps++;
        }

        Assert.That(_seen, Is.EqualTo(new[] { "a" }));
        Assert.That(jumps, Is.LessThan(12));
        Assert.That(_time.GetUtcNow() - _time.Start, Is.EqualTo(TimeSpan.FromDays(3)));
    }

    [Test]
    public void A_delay_of_less_than_a_millisecond_is_rounded_up()
    {
        _loop.Schedule(TimeSpan.FromTicks(1), () => _seen.Add("a"));
        Assert.That(_loop.RunPending(), Is.Zero);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That(_loop.RunPending(), Is.EqualTo(1));
    }

    [Test]
    public void The_longest_delay_does_not_overflow()
    {
        _loop.Schedule(TimeSpan.MaxValue, () => _seen.Add("a"));

        Assert.That(_loop.RunPending(), Is.Zero);
        Assert.That(_loop.UntilNext, Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void A_posted_call_completes_when_it_has_run()
    {
        var call = _loop.PostAsync(() => 5, CancellationToken.None);
        Assert.That(call.IsCompleted, Is.False);
        _loop.RunPending();

        Assert.That(call.IsCompletedSuccessfully);
    }

    [Test]
    public void A_closed_loop_takes_no_more()
    {
        _loop.Post(() => _seen.Add("a"));
        _loop.Close();

        Assert.That(_loop.Post(() => _seen.Add("b")), Is.False);
        Assert.That(_loop.RunPending(), Is.EqualTo(1));
    }
}
