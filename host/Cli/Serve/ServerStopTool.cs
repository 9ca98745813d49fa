using System.Diagnostics;
using System.Globalization;
using Kafka.Modular.Cli.Frame;

namespace Kafka.Modular.Cli.Serve;

/// <summary><c>kafka-server-stop</c>: ends servers of this machine in order, by the signal in <c>SIGNAL</c>, TERM by default.</summary>
internal static class ServerStopTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        var signal = Environment.GetEnvironmentVariable("SIGNAL") is { Length: > 0 } given ? given : "TERM";
        return await RunAsync(call, ServerProcess.FindAll(), id => SignalAsync(id, signal, call.Stopping));
    }

    /// <summary>Ends those of the servers that the flags name.</summary>
    public static async Task<int> RunAsync(ToolCall call, IReadOnlyList<ServerProcess> servers, Func<int, Task> signal)
    {
        if (call.Options.Has("node-id") && call.Options.Has("process-role"))
            call.Out.WriteLine("When both node-id and process-role are provided, the value for node-id will take precedence");
        if (servers.Count == 0)
        {
            call.Out.WriteLine("No kafka server to stop");
            return ExitCodes.Failed;
        }

        foreach (var server in servers.Where(server => IsAsked(server, call.Options)))
            await signal(server.Id);
        return ExitCodes.Done;
    }

    private static bool IsAsked(ServerProcess server, ToolOptions options)
    {
        if (options.Value("node-id") is { } node)
            return server.Find("node.id") == node;
        return options.Value("process-role") is not { } role || server.Find("process.roles") == role;
    }

    // The shell knows the names of signals.
    private static async Task SignalAsync(int id, string signal, CancellationToken stopping)
    {
        using var kill = Process.Start("/bin/sh", ["-c", "kill -s \"$0\" \"$1\"", signal, id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(stopping);
    }
}
