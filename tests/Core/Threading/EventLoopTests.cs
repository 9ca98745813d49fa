using Kafka.Modular.Core.Threading;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Core.Tests.Threading;

public sealed class EventLoopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<Exception> _faults = [];
    private readonly CancellationToken _token = CancellationToken.None;

    [Test]
    public async Task Posted_work_runs_in_order_on_the_thread_of_the_loop()
    {
        await using var loop = NewLoop();
        var seen = new List<int>();
        for (var i = 0; i < 1000; i++)
        {
            var number = i;
            Assert.That(loop.Post(() => seen.Add(number)));
        }

        var name = await loop.PostAsync(() => loop.IsOnLoop ? Thread.CurrentThread.Name : "elsewhere", _token);

        Assert.That(seen, Is.EqualTo(Enumerable.Range(0, 1000)));
        Assert.That(name, Is.EqualTo("test-loop"));
        Assert.That(loop.IsOnLoop, Is.False);
    }

    [Test]
    public async Task What_awaits_a_posted_call_does_not_go_on_on_the_loop()
    {
        await using var loop = NewLoop();
        await loop.PostAsync(() => { }, _token);

        Assert.That(loop.IsOnLoop, Is.False);
    }

    [Test]
    public async Task A_fault_is_reported_and_the_loop_goes_on()
    {
        await using var loop = NewLoop();
        loop.Post(() => throw new FormatException("bad"));
        await loop.PostAsync(() => { }, _token);

        Assert.That(_faults, Has.Count.EqualTo(1).And.All.TypeOf<FormatException>());
    }

    [Test]
    public async Task A_fault_of_a_posted_call_reaches_its_caller()
    {
        await using var loop = NewLoop();

        Assert.That(async () => await loop.PostAsync(() => throw new FormatException("bad"), _token), Throws.TypeOf<FormatException>());
        Assert.That(_faults, Is.Empty);
    }

    [Test]
    public async Task A_cancelled_call_does_not_run()
    {
        await using var loop = NewLoop();
        var ran = false;

        Assert.That(
            async () => await loop.PostAsync(() => ran = true, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(ran, Is.False);
    }

    [Test]
    public async Task Timers_follow_the_injected_clock()
    {
        await using var loop = NewLoop();
        var fired = new List<string>();
        loop.Schedule(TimeSpan.FromMilliseconds(100), () => fired.Add("a"));
        loop.Schedule(TimeSpan.FromMilliseconds(50), () => fired.Add("b"));
        var cancelled = loop.Schedule(TimeSpan.FromMilliseconds(60), () => fired.Add("c"));
        Assert.That(loop.Cancel(cancelled));

        _time.Advance(TimeSpan.FromMilliseconds(99));
        await loop.PostAsync(() => { }, _token);
        Assert.That(fired, Is.EqualTo(new[] { "b" }));

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await loop.PostAsync(() => { }, _token);
        Assert.That(fired, Is.EqualTo(new[] { "b", "a" }));
        Assert.That(loop.Cancel(cancelled), Is.False);
    }

    [Test]
    public async Task A_timer_of_an_injected_clock_wakes_an_idle_loop()
    {
        await using var loop = NewLoop();
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Schedule(TimeSpan.FromHours(1000), fired.SetResult);
        await loop.PostAsync(() => { }, _token);
        _time.Advance(TimeSpan.FromHours(1000));

        await fired.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task Scheduling_again_moves_the_deadline()
    {
        await using var loop = NewLoop();
        var fired = 0;
        var timer = loop.Schedule(TimeSpan.FromMilliseconds(10), () => fired++);
        Assert.That(loop.Schedule(timer, TimeSpan.FromMilliseconds(20)));
        _time.Advance(TimeSpan.FromMilliseconds(19));
        await loop.PostAsync(() => { }, _token);
        Assert.That(fired, Is.Zero);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        await loop.PostAsync(() => { }, _token);
        Assert.That(fired, Is.EqualTo(1));
    }

    [Test]
    public async Task The_system_clock_drives_timers_too()
    {
        await using var loop = new EventLoop("test-loop", TimeProvider.System, _faults.Add);
        var started = TimeProvider.System.GetTimestamp();
        var fired = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Schedule(TimeSpan.FromMilliseconds(30), () => fired.SetResult(TimeProvider.System.GetElapsedTime(started)));

        Assert.That(await fired.Task.WaitAsync(TimeSpan.FromSeconds(10)), Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(30)));
    }

    [Test]
    public async Task A_closed_loop_has_run_what_was_posted_and_takes_no_more()
    {
        var loop = NewLoop();
        var count = 0;
        for (var i = 0; i < 100; i++)
        {
            loop.Post(() => count++);
        }

        loop.Schedule(TimeSpan.Zero, () => { });
        await loop.DisposeAsync();
        await loop.DisposeAsync();

        Assert.That(count, Is.EqualTo(100));
        Assert.That(loop.Post(() => { }), Is.False);
        Assert.That(loop.Schedule(loop.Schedule(TimeSpan.Zero, () => { }), TimeSpan.Zero), Is.False);
        Assert.That(async () => await loop.PostAsync(() => 1, _token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Work_posted_by_many_threads_keeps_the_order_of_each()
    {
        await using var loop = NewLoop();
        var seen = Enumerable.Range(0, 4).Select(_ => new List<int>()).ToArray();
        Parallel.For(0, 4, worker =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var number = i;
                loop.Post(() => seen[worker].Add(number));
            }
        });
        await loop.PostAsync(() => { }, _token);

        Assert.That(seen, Is.All.EqualTo(Enumerable.Range(0, 1000)));
    }

    [Test]
    public void A_delay_cannot_be_negative() =>
        Assert.That(
            () => new InlineEventLoop("x", _time).Schedule(TimeSpan.FromTicks(-1), () => { }),
            Throws.TypeOf<ArgumentOutOfRangeException>());

    private EventLoop NewLoop() => new("test-loop", _time, _faults.Add);
}
