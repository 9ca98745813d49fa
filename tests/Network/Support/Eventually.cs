namespace Kafka.Modular.Network.Tests.Support;

/// <summary>Waits for what happens on other threads.</summary>
internal static class Eventually
{
    /// <summary>Waits until the condition holds; fails after ten seconds.</summary>
    public static async Task Until(Func<bool> condition, string what = "the condition")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(10))
            {
                Assert.Fail($"Waited ten seconds for {what}.");
            }

            await Task.Delay(2);
        }
    }
}
