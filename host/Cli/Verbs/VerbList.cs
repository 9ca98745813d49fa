using System.CommandLine;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Users;

namespace Kafka.Modular.Cli.Verbs;

/// <summary>Every verb of the executable. <c>serve</c> is made without this list, so that nothing of the others is loaded when a server starts.</summary>
internal static class VerbList
{
    public static IEnumerable<Command> Create(PasswordInput? passwords = null) =>
    [
        ServeVerb.Create(),
        FormatVerb.Create(),
        ConfigVerb.Create(),
        PluginsVerb.Create(),
        UsersVerb.Create(passwords ?? PasswordInput.OfProcess()),
        // These three are run before this list is made; they stand here for --help.
        new Command("acls", "Explains ACLs.") { new Command("explain", "Says which ACL decides what somebody may do, or which comes nearest to allowing it; --help shows the flags.") },
        new Command("api-versions", "Shows which APIs in which versions a broker serves; flags as kafka-broker-api-versions."),
        new Command("dump-log", "Shows what is in files of a log directory; flags as kafka-dump-log, files may stand without --files."),
        Tools(),
    ];

    private static Command Tools()
    {
        var command = new Command("tools", "Lists Kafka's tools that this executable is, under their names or as its first word.");
        command.SetAction(static _ =>
        {
            foreach (var tool in FlagTable.Tools().Where(static tool => ToolNames.Of(tool) is not null && !FlagTable.Find(tool)!.IsRefused).Order(StringComparer.Ordinal))
                Console.Out.WriteLine(tool);
            return ExitCodes.Done;
        });
        return command;
    }
}
