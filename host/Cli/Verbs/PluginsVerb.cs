using System.CommandLine;
using Kafka.Modular.Server.Hosting;

namespace Kafka.Modular.Cli.Verbs;

/// <summary><c>plugins list | reload</c>: which plugins a running server uses, and new ones in their place.</summary>
internal static class PluginsVerb
{
    public static Command Create() => new("plugins", "Lists and replaces the plugins of a running server on this machine.")
    {
        Ask("list", ControlClient.List, "Lists the plugins that the server uses, their generations and where they come from.", takesPlugins: false),
        Ask("reload", ControlClient.Reload, "Has the server read its configuration again and replace its SASL mechanisms, credential stores and authorizer.", takesPlugins: true),
    };

    private static Command Ask(string name, string request, string description, bool takesPlugins)
    {
        var plugins = new Option<string[]>("--plugin", "-p")
        {
            Description = "Id of a plugin to replace, as list shows it; the others stay as they are. May be given several times.", HelpName = "ID", DefaultValueFactory = static _ => [],
        };
        plugins.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length == 0 || token.Value.AsSpan().ContainsAny(" \r\n\t")))
                result.AddError("--plugin: an id has no blanks");
        });
        var file = CommonOptions.File();
        var config = CommonOptions.Config();
        var overrides = CommonOptions.Overrides();
        var command = new Command(name, $"{description} Takes the file that the server was started with, to find it.") { file, config, overrides };
        if (takesPlugins)
            command.Add(plugins);
        command.SetAction((parsed, token) => RunAsync(
            (parsed.GetValue(config) ?? parsed.GetValue(file))?.ToString(),
            parsed.GetValue(overrides)!,
            string.Join(' ', [request, .. takesPlugins ? parsed.GetValue(plugins)! : []]),
            token));
        return command;
    }

    private static async Task<int> RunAsync(string? file, string[] overrides, string request, CancellationToken cancellationToken)
    {
        try
        {
            var socket = ControlClient.SocketOf(file, overrides);
            if (await ControlClient.AskAsync(socket, request, cancellationToken) is not { } report)
                return CommonOptions.Fail($"no server listens at {socket}; name the configuration file that it was started with");
            foreach (var line in report.Lines)
                (report.IsDone ? Console.Out : Console.Error).WriteLine(report.IsDone ? line : $"kafka-modular: {line}");
            return report.IsDone ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return CommonOptions.Fail(fault.Message);
        }
    }
}
