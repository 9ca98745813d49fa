using System.CommandLine;
using Kafka.Modular.Cli.Verbs;
using Kafka.Modular.Server;

namespace Kafka.Modular.Cli;

/// <summary>The executable <c>kafka-modular</c>. Exit codes: 0 done, 1 it failed, 2 the command line is wrong.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (args is ["--version"])
        {
            Console.Out.WriteLine($"kafka-modular {Broker.Version}");
            return ExitCodes.Done;
        }

        var root = new RootCommand("An event-streaming server that speaks Apache Kafka's protocol.") { ServeVerb.Create(), FormatVerb.Create(), ConfigVerb.Create() };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine($"kafka-modular: {error.Message}");
        Console.Error.WriteLine("Try: kafka-modular --help");
        return ExitCodes.Usage;
    }
}
