namespace Kafka.Modular.Server.Tests;

public sealed class QuietTimeTests
{
    private readonly QuietTime _quiet = new();

    [Test]
    public void A_quiet_time_is_told_after_a_minute_and_once_more()
        => Assert.That(Enumerable.Range(1, 20).Select(step => _quiet.Observe(step * 100)).ToList(), Is.EqualTo(Enumerable.Range(1, 20).Select(step => step is 6 or 10).ToList()));

    [Test]
    public void A_busy_time_begins_the_minute_anew()
    {
        for (var step = 1; step <= 5; step++)
            Assert.That(_quiet.Observe(step), Is.False);
        Assert.That(_quiet.Observe(100_000), Is.False);
        for (var step = 1; step <= 5; step++)
            Assert.That(_quiet.Observe(100_000 + step), Is.False);
        Assert.That(_quiet.Observe(100_006), Is.True);
    }

    [Test]
    public void After_the_next_busy_time_it_is_told_again()
    {
        for (var step = 1; step <= 10; step++)
            _quiet.Observe(step);
        _quiet.Observe(1_000_000);
        // Last() alone would not run the steps before.
        Assert.That(Enumerable.Range(1, 6).Select(step => _quiet.Observe(1_000_000 + step)).ToList()[^1], Is.True);
    }
}
