using System.CommandLine;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Cli.Verbs;

/// <summary>Options that several verbs have, and how problems are shown.</summary>
internal static class CommonOptions
{
    public static Option<FileInfo?> Config() => new("--config", "-c") { Description = "Configuration file: YAML, or Kafka's server.properties.", HelpName = "FILE" };

    public static Option<string[]> Overrides() => new("--override")
    {
        Description = "A value that wins over file and environment; may be given several times.",
        HelpName = "key=value",
        DefaultValueFactory = static _ => [],
    };

    public static Argument<FileInfo?> File() => new("FILE")
    {
        Description = "Configuration file, as with --config.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = static _ => null,
    };

    public static void Show(IEnumerable<ConfigurationProblem> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine($"kafka-modular: {problem}");
    }

    public static int Fail(string message)
    {
        Console.Error.WriteLine($"kafka-modular: {message}");
        return ExitCodes.Failed;
    }
}
