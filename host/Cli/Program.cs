using System.CommandLine;
using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Users;
using Kafka.Modular.Cli.Verbs;
using Kafka.Modular.Server;

namespace Kafka.Modular.Cli;

/// <summary>
/// The executable <c>kafka-modular</c>. Called by the name of one of Kafka's tools, or with that name as its first word, it is that tool; else it has verbs of
/// its own. Exit codes: 0 done, 1 it failed, 2 the command line of a verb is wrong.
/// </summary>
internal static partial class Program
{
    public static Task<int> Main(string[] args)
    {
        if (ToolNames.Of(ToolNames.OfProcess()) is { } called)
            return RunToolAsync(called, args);
        return args switch
        {
            [var name, .. var rest] when ToolNames.Of(name) is { } tool => RunToolAsync(tool, rest),
            ["--version"] => ShowVersion(),
            ["api-versions", .. var rest] => RunToolAsync("kafka-broker-api-versions", rest),
            ["acls", "explain", .. var rest] => RunToolAsync("acls-explain", rest),
            ["dump-log", .. var rest] => RunToolAsync("kafka-dump-log", rest),
            _ => RunVerbAsync(args, Console.Out, Console.Error),
        };
    }

    /// <summary>Runs one of the verbs.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> RunVerbAsync(string[] args, TextWriter output, TextWriter error, PasswordInput? passwords = null)
    {
        var root = new RootCommand("An event-streaming server that speaks Apache Kafka's protocol.");
        foreach (var verb in args is ["serve", ..] ? [ServeVerb.Create()] : VerbList.Create(passwords))
            root.Add(verb);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = output, Error = error });
        foreach (var problem in parsed.Errors)
            error.WriteLine($"kafka-modular: {WithoutValues().Replace(problem.Message, "${word}=…'")}");
        error.WriteLine("Try: kafka-modular --help");
        return ExitCodes.Usage;
    }

    private static Task<int> ShowVersion()
    {
        Console.Out.WriteLine($"kafka-modular {Broker.Version}");
        return Task.FromResult(ExitCodes.Done);
    }

    private static Task<int> RunToolAsync(string tool, string[] args)
    {
        if (FlagTable.Find(tool) is not null)
            return ToolRunner.RunProcessAsync(tool, args);
        Console.Error.WriteLine($"kafka-modular: there is no tool {tool}; there are {string.Join(", ", FlagTable.Tools().Where(static name => ToolNames.Of(name) is not null).Order(StringComparer.Ordinal))}");
        return Task.FromResult(ExitCodes.Failed);
    }

    // Words of the command line are repeated without what may be a secret.
    [GeneratedRegex("(?<word>'[^'=]*)=[^']*'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithoutValues();
}
