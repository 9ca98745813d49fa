using Kafka.Modular.Core.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Core.Tests.Limits;

public sealed class LogRateLimitTests
{
    [Test]
    public void A_burst_passes_then_one_line_each_interval_which_tells_how_many_were_left_out()
    {
        var time = new FakeTimeProvider();
        var limit = new LogRateLimit(time, 3, TimeSpan.FromSeconds(10));
        var passed = Enumerable.Range(0, 100).Count(_ => limit.TryAcquire(out var none) && none == 0);
        Assert.That(passed, Is.EqualTo(3));

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(limit.TryAcquire(out var suppressed));
        Assert.That(suppressed, Is.EqualTo(97));
        Assert.That(limit.TryAcquire(out _), Is.False);
    }

    [Test]
    public void Quiet_times_save_up_no_more_than_a_burst()
    {
        var time = new FakeTimeProvider();
        var limit = new LogRateLimit(time, 3, TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromDays(1));

        Assert.That(Enumerable.Range(0, 100).Count(_ => limit.TryAcquire(out var none)), Is.EqualTo(3));
    }

    [TestCase(0, "")]
    [TestCase(1, " 1 similar line was left out.")]
    [TestCase(97, " 97 similar lines were left out.")]
    public void A_line_says_that_others_were_left_out_only_when_they_were(long suppressed, string expected) =>
        Assert.That(LogRateLimit.LeftOut(suppressed), Is.EqualTo(expected));
}
