namespace Kafka.Modular.Handlers.Tests.Wire;

/// <summary>The only wait of these tests: for a condition.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(Limit), "the condition did not come");
            await pace.WaitForNextTickAsync();
        }
    }
}
