using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Has what a plugin made test itself, where it can; what fails is not used.</summary>
internal static class PluginSelfTest
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <exception cref="PluginException">The test failed or took too long.</exception>
    public static async Task RunAsync(PluginKind kind, string id, object made, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (made is not ISelfTest test)
            return;
        var name = $"plugins.{kind.ToString().ToLowerInvariant()}: the test of '{id}' of itself failed";
        using var limit = new CancellationTokenSource(s_limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        string? problem;
        try
        {
            // One that does not look at its token is not waited for either.
            problem = await test.TestAsync(both.Token).AsTask().WaitAsync(both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new PluginException($"{name}: it took longer than {s_limit.TotalSeconds:0} seconds");
        }
        catch (Exception fault) when (fault is not OperationCanceledException and not PluginException)
        {
            throw new PluginException($"{name}: {fault.GetType().Name}: {fault.Message.ReplaceLineEndings(" ")}");
        }

        if (problem is not null)
            throw new PluginException($"{name}: {problem.ReplaceLineEndings(" ")}");
    }
}
