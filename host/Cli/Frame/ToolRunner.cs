using System.Runtime.InteropServices;
using Kafka.Modular.Client;
using Kafka.Modular.Protocol;
using Kafka.Modular.Server;

namespace Kafka.Modular.Cli.Frame;

/// <summary>Runs one of Kafka's tools: reads its command line, answers <c>--help</c> and <c>--version</c>, and turns failures into exit codes.</summary>
internal static class ToolRunner
{
    /// <summary>The release of Apache Kafka whose tools these are.</summary>
    public const string KafkaRelease = "4.2.0";

    /// <summary>Runs a tool on the streams of the process until it ends or the process is told to.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunProcessAsync(string tool, string[] arguments)
    {
        using var stopping = new CancellationTokenSource();
        using var console = ToolConsole.OfProcess();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return await RunAsync(tool, arguments, console, stopping.Token);

        void Stop(PosixSignalContext context)
        {
            // The second one ends the process at once.
            context.Cancel = !stopping.IsCancellationRequested;
            stopping.Cancel();
        }
    }

    /// <summary>Runs a tool.</summary>
    /// <param name="tool">Its name without <c>.sh</c>.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="console">Its streams.</param>
    /// <param name="stopping">Ends it early.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string tool, IReadOnlyList<string> arguments, ToolConsole console, CancellationToken stopping)
    {
        var sheet = FlagTable.Find(tool) ?? throw new ArgumentException($"flags.csv has no tool {tool}", nameof(tool));
        var action = "";
        try
        {
            var run = Tools.Find(tool);
            if (sheet.IsRefused || run is null)
                throw new ToolException($"{tool} is not served: {sheet.Summary}");
            if (arguments.Any(static word => word is "--help" or "-h") && !Overrides(sheet, arguments))
                return ShowHelp(sheet, arguments, console);
            if (arguments.Contains("--version", StringComparer.Ordinal) && !Overrides(sheet, arguments))
                return ShowVersion(console);
            var options = OptionParser.Parse(sheet, arguments);
            action = options.Action;
            if (options.IsEmpty && HasNeeds(sheet))
                throw new UsageException(sheet.Summary);
            foreach (var warning in options.Warnings)
                console.Error.WriteLine(warning);
            return await run(new ToolCall(sheet, options, console, stopping));
        }
        catch (UsageException fault)
        {
            console.Progress("");
            console.Out.Flush();
            console.Error.WriteLine(fault.Message);
            UsageText.Write(sheet, action, console.Error);
            return ExitCodes.Failed;
        }
        catch (Exception fault) when (IsExpected(fault, stopping))
        {
            console.Progress("");
            console.Out.Flush();
            console.Error.WriteLine(fault.Message);
            return ExitCodes.Failed;
        }
        finally
        {
            console.Progress("");
            console.Out.Flush();
        }
    }

    private static bool IsExpected(Exception fault, CancellationToken stopping) =>
        fault is ToolException or IOException or UnauthorizedAccessException or TimeoutException or KafkaClientException or ClientConfigurationException
            or UnsupportedVersionException || (fault is OperationCanceledException && stopping.IsCancellationRequested);

    // kafka-server-start hands its words on to the server, which has a --version of its own.
    private static bool Overrides(ToolSheet sheet, IEnumerable<string> arguments) => sheet.Flags[""].All(static flag => flag.Name != "help") && arguments.Contains("--", StringComparer.Ordinal);

    private static bool HasNeeds(ToolSheet sheet) => sheet.Name is not ("kafka-server-start" or "kafka-server-stop");

    private static int ShowHelp(ToolSheet sheet, IReadOnlyList<string> arguments, ToolConsole console)
    {
        console.Out.WriteLine(sheet.Summary);
        var action = sheet.Actions.Select(static each => each.Name).FirstOrDefault(name => arguments.Contains(name, StringComparer.Ordinal)) ?? "";
        UsageText.Write(sheet, action, console.Out);
        return ExitCodes.Done;
    }

    private static int ShowVersion(ToolConsole console)
    {
        console.Out.WriteLine($"{KafkaRelease} (kafka-modular {Broker.Version})");
        return ExitCodes.Done;
    }
}
