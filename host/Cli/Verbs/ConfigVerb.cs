using System.CommandLine;
using Kafka.Modular.Configuration.Explain;
using Kafka.Modular.Server;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Cli.Verbs;

/// <summary><c>config check | explain KEY | show | import FILE</c>: what is in force, where it comes from, what is wrong.</summary>
internal static class ConfigVerb
{
    public static Command Create() => new("config", "Checks, explains and shows the configuration.") { Check(), Explain(), Show(), Import() };

    private static Command Check()
    {
        var file = CommonOptions.File();
        var config = CommonOptions.Config();
        var overrides = CommonOptions.Overrides();
        var command = new Command("check", "Says whether a server would start with a configuration, and everything that is wrong.") { file, config, overrides };
        command.SetAction(parsed => With((parsed.GetValue(config) ?? parsed.GetValue(file))?.ToString(), parsed.GetValue(overrides)!, configuration =>
        {
            var report = CheckReport.Of(configuration.Result);
            foreach (var line in report.Lines)
                (report.IsValid ? Console.Out : Console.Error).WriteLine(line);
            return report.IsValid ? ExitCodes.Done : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Explain()
    {
        var key = new Argument<string>("KEY") { Description = "A configuration key." };
        var config = CommonOptions.Config();
        var overrides = CommonOptions.Overrides();
        var command = new Command("explain", "Explains a key: what it is for, its type, default and value.") { key, config, overrides };
        command.SetAction(parsed => With(parsed.GetValue(config)?.ToString(), parsed.GetValue(overrides)!, configuration =>
        {
            var explanations = KeyExplanation.Of(parsed.GetValue(key)!, configuration.Result.Configuration, configuration.Plugins.Keys);
            foreach (var line in explanations.SelectMany(static explanation => explanation.Lines))
                Console.Out.WriteLine(line);
            return explanations.All(static explanation => explanation.IsKnown) ? ExitCodes.Done : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Show()
    {
        var file = CommonOptions.File();
        var config = CommonOptions.Config();
        var overrides = CommonOptions.Overrides();
        var all = new Option<bool>("--all") { Description = "Show the keys too that have their default." };
        var command = new Command("show", "Shows the values in force and where each comes from.") { file, config, overrides, all };
        command.SetAction(parsed => With((parsed.GetValue(config) ?? parsed.GetValue(file))?.ToString(), parsed.GetValue(overrides)!, configuration =>
        {
            if (configuration.Result.Configuration is not { } node)
            {
                CommonOptions.Show(configuration.Result.Problems);
                return ExitCodes.Failed;
            }

            foreach (var value in ShownValue.Of(node, parsed.GetValue(all)))
                Console.Out.WriteLine(value);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "Kafka's server.properties." };
        var jaas = new Argument<FileInfo?>("JAAS") { Description = "The file of java.security.auth.login.config; without it the one that KAFKA_OPTS names.", Arity = ArgumentArity.ZeroOrOne };
        var credentials = new Option<string>("--credentials")
        {
            Description = "The credential file to make of the users of PLAIN, with salted hashes of their passwords.", HelpName = "FILE", DefaultValueFactory = static _ => "credentials",
        };
        var command = new Command("import", "Prints a server.properties as YAML, and makes a credential file of the users of PLAIN in it and in a JAAS file.") { file, jaas, credentials };
        command.SetAction(parsed => new ConfigImport(
            parsed.GetValue(file)!.ToString(),
            parsed.GetValue(jaas)?.ToString(),
            parsed.GetValue(credentials)!,
            Environment.GetEnvironmentVariable("KAFKA_OPTS")).Run(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int With(string? file, string[] overrides, Func<ServerConfiguration, int> run)
    {
        try
        {
            using var configuration = ServerConfiguration.Load(file, overrides, NullLoggerFactory.Instance);
            return run(configuration);
        }
        catch (Exception fault) when (fault is PluginException or IOException or UnauthorizedAccessException)
        {
            return CommonOptions.Fail(fault.Message);
        }
    }
}
