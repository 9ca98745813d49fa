namespace Kafka.Modular.Raft.Tests.Support;

/// <summary>Waits for what happens on other threads.</summary>
internal static class Eventually
{
    /// <summary>Waits until the condition holds; fails after twenty seconds.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(20))
                Assert.Fail($"Waited twenty seconds for {what}.");
            await Task.Delay(2);
        }
    }
}
