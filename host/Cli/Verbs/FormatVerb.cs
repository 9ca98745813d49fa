using System.CommandLine;
using Kafka.Modular.Server;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Cli.Verbs;

/// <summary><c>format</c>: prepares the log directories of a node, with the flags and messages of <c>kafka-storage format</c>.</summary>
internal static class FormatVerb
{
    public static Command Create()
    {
        var config = new Option<FileInfo>("--config", "-c") { Description = "Configuration file: YAML, or Kafka's server.properties.", HelpName = "FILE", Required = true };
        var clusterId = new Option<string>("--cluster-id", "-t") { Description = "The cluster's id, such as kafka-storage random-uuid prints; the same for every node.", Required = true };
        var ignoreFormatted = new Option<bool>("--ignore-formatted", "-g") { Description = "Leave directories alone that are formatted already." };
        var standalone = new Option<bool>("--standalone", "-s") { Description = "Begin a quorum with this node as its only voter." };
        var noInitial = new Option<bool>("--no-initial-controllers", "-N") { Description = "Format without a first set of voters: this node joins others." };
        var initial = new Option<string?>("--initial-controllers", "-I")
        {
            Description = "The first voters, separated by commas; the same for every node.", HelpName = "id@host:port:directory",
        };
        var credentials = new Option<string[]>("--add-scram", "-S")
        {
            Description = "A SCRAM credential to begin with; may be given several times.",
            HelpName = "SCRAM-SHA-256=[name=alice,password=secret]",
            DefaultValueFactory = static _ => [],
        };
        var release = new Option<string?>("--release-version", "-r") { Description = "The release whose metadata.version to begin with, such as 4.2." };
        var features = new Option<string[]>("--feature", "-f")
        {
            Description = "A feature level to begin with; may be given several times.", HelpName = "name=level", DefaultValueFactory = static _ => [],
        };
        var overrides = CommonOptions.Overrides();
        var command = new Command("format", "Formats the log directories of a node.")
        {
            config, clusterId, ignoreFormatted, standalone, noInitial, initial, credentials, release, features, overrides,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(config)!.ToString(),
            parsed.GetValue(overrides)!,
            new FormatRequest
            {
                ClusterId = parsed.GetValue(clusterId)!,
                IgnoresFormatted = parsed.GetValue(ignoreFormatted),
                IsStandalone = parsed.GetValue(standalone),
                HasNoInitialControllers = parsed.GetValue(noInitial),
                InitialControllers = parsed.GetValue(initial),
                Credentials = parsed.GetValue(credentials)!,
                ReleaseVersion = parsed.GetValue(release),
                Features = parsed.GetValue(features)!,
            }));
        return command;
    }

    private static async Task<int> RunAsync(string file, string[] overrides, FormatRequest request)
    {
        try
        {
            using var configuration = ServerConfiguration.Load(file, overrides, NullLoggerFactory.Instance);
            if (configuration.Result.Configuration is not { } node)
            {
                CommonOptions.Show(configuration.Result.Problems);
                return ExitCodes.Failed;
            }

            await using var store = configuration.Plugins.CreateStore(node, TimeProvider.System);
            request.Run(node, store, Console.Out.WriteLine);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is FormatException or PluginException or IOException or UnauthorizedAccessException)
        {
            return CommonOptions.Fail(fault.Message);
        }
    }
}
