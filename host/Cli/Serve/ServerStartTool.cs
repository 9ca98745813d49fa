using System.Diagnostics;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Verbs;

namespace Kafka.Modular.Cli.Serve;

/// <summary><c>kafka-server-start [-daemon] server.properties [--override property=value]*</c>.</summary>
internal static class ServerStartTool
{
    public static Task<int> RunAsync(ToolCall call)
    {
        if (call.Options.Words is not [var file])
        {
            call.Out.WriteLine($"USAGE: {call.Sheet.Name}.sh [-daemon] server.properties [--override property=value]*");
            return Task.FromResult(ExitCodes.Failed);
        }

        if (!File.Exists(file))
            throw new ToolException($"{file}: there is no such file");
        return call.Options.Has("daemon") ? Task.FromResult(StartDaemon(file, call.Options)) : ServeVerb.RunAsync(file, [.. call.Options.Values("override")]);
    }

    // What the daemon prints goes where Kafka's goes: $LOG_DIR/kafkaServer.out, beside the program when LOG_DIR is not set.
    private static int StartDaemon(string file, ToolOptions options)
    {
        var folder = Environment.GetEnvironmentVariable("LOG_DIR") is { Length: > 0 } given ? given : Path.Combine(AppContext.BaseDirectory, "logs");
        Directory.CreateDirectory(folder);
        string[] words = [Path.Combine(folder, "kafkaServer.out"), Path.Combine(AppContext.BaseDirectory, "kafka-modular"), "serve", Path.GetFullPath(file)];
        var overrides = options.Values("override").SelectMany(static value => (string[])["--override", value]);
        using var shell = Process.Start("/bin/sh", ["-c", "out=$0; nohup \"$@\" > \"$out\" 2>&1 < /dev/null &", .. words, .. overrides]);
        shell.WaitForExit();
        return shell.ExitCode == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
