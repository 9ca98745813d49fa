using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Verbs;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Server;
using Kafka.Modular.Server.Storage;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Cli.Storage;

/// <summary><c>kafka-storage</c>: formats log directories and says what is in them.</summary>
internal static class StorageTool
{
    public static async Task<int> RunAsync(ToolCall call)
    {
        switch (call.Options.Action)
        {
            case "random-uuid":
                call.Out.WriteLine(Uuid.CreateRandom(SystemRandomSource.Instance));
                return ExitCodes.Done;
            case "version-mapping":
                FeatureText.WriteMapping(call.Options.Last("release-version"), call.Options.IsJson, call.Out);
                return ExitCodes.Done;
            case "feature-dependencies":
                call.Options.Require("feature");
                FeatureText.WriteDependencies(call.Options.Values("feature"), call.Out);
                return ExitCodes.Done;
            case "info":
                return Load(call, node => StorageInfo.Write(MetadataLogPath.All(node), call.Options.IsJson, call.Out));
            case "format":
                return await FormatAsync(call);
            default:
                throw new UsageException("too few arguments");
        }
    }

    private static async Task<int> FormatAsync(ToolCall call)
    {
        var options = call.Options;
        options.Require("cluster-id", "config");
        try
        {
            using var configuration = ServerConfiguration.Load(options.Last("config"), [], NullLoggerFactory.Instance);
            if (configuration.Result.Configuration is not { } node)
                return Problems(configuration.Result, call);
            await using var store = configuration.Plugins.CreateStore(node, TimeProvider.System);
            var request = new FormatRequest
            {
                ClusterId = options.Last("cluster-id")!,
                IgnoresFormatted = options.Has("ignore-formatted"),
                IsStandalone = options.Has("standalone"),
                HasNoInitialControllers = options.Has("no-initial-controllers"),
                InitialControllers = options.Last("initial-controllers"),
                Credentials = options.Values("add-scram"),
                ReleaseVersion = options.Last("release-version"),
                Features = options.Values("feature"),
            };
            request.Run(node, store, call.Out.WriteLine);
            return ExitCodes.Done;
        }
        catch (Exception fault) when (fault is FormatException or PluginException)
        {
            throw new ToolException(fault.Message, fault);
        }
    }

    private static int Load(ToolCall call, Func<NodeConfiguration, int> run)
    {
        call.Options.Require("config");
        try
        {
            using var configuration = ServerConfiguration.Load(call.Options.Last("config"), [], NullLoggerFactory.Instance);
            return configuration.Result.Configuration is { } node ? run(node) : Problems(configuration.Result, call);
        }
        catch (PluginException fault)
        {
            throw new ToolException(fault.Message, fault);
        }
    }

    private static int Problems(ConfigurationResult result, ToolCall call)
    {
        foreach (var problem in result.Problems)
            call.Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"kafka-storage: {problem}"));
        return ExitCodes.Failed;
    }
}
