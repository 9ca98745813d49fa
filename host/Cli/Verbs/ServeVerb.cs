using System.CommandLine;
using Kafka.Modular.Server;
using Kafka.Modular.Server.Hosting;
using Kafka.Modular.Server.Logging;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Cli.Verbs;

/// <summary><c>serve</c>: runs the server.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var file = CommonOptions.File();
        var config = CommonOptions.Config();
        var overrides = CommonOptions.Overrides();
        var command = new Command("serve", "Runs the server; without a file a single node on localhost:9092 with its data in ./data.") { file, config, overrides };
        command.SetAction((parsed, _) => RunAsync((parsed.GetValue(config) ?? parsed.GetValue(file))?.ToString(), parsed.GetValue(overrides)!));
        return command;
    }

    /// <summary>Runs the server until the process is told to end.</summary>
    public static async Task<int> RunAsync(string? file, string[] overrides)
    {
        if (Array.FindIndex(overrides, static text => !text.Contains('=', StringComparison.Ordinal)) is >= 0 and var malformed)
        {
            // It is not repeated: it may be a secret.
            Console.Error.WriteLine($"kafka-modular: value {malformed + 1} of --override: expected key=value");
            return ExitCodes.Usage;
        }

        using var loggers = new ConsoleLoggers(TimeProvider.System);
        try
        {
            using var configuration = ServerConfiguration.Load(file, overrides, loggers);
            if (configuration.Result.Configuration is null)
            {
                CommonOptions.Show(configuration.Result.Problems);
                return ExitCodes.Failed;
            }

            return await ServerHost.RunAsync(configuration, () => ServerConfiguration.Load(file, overrides, loggers), loggers) ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception fault) when (fault is BrokerStartException or PluginException or IOException or UnauthorizedAccessException)
        {
            return CommonOptions.Fail(fault.Message);
        }
        catch (OperationCanceledException)
        {
            // Told to stop while it started.
            return ExitCodes.Done;
        }
    }
}
