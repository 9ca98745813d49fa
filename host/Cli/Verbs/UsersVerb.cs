using System.CommandLine;
using Kafka.Modular.Cli.Users;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Server;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Verbs;

/// <summary><c>users add | passwd | remove NAME</c> and <c>users list</c>: the file of the credential store <c>file</c>.</summary>
internal static class UsersVerb
{
    private const string PathKey = "credentials.file.path";

    public static Command Create(PasswordInput passwords) => new("users", "Lists and changes the users of a credential file. Servers take a change by themselves.")
    {
        WithPassword(
            "add", "Adds a user, with the password from a terminal, standard input or a file.", passwords,
            static (users, name, password, mechanisms, iterations) => users.Add(name, password, mechanisms, iterations)),
        WithPassword(
            "passwd", "Gives a user another password, hashed as the one before unless a mechanism is named.", passwords,
            static (users, name, password, mechanisms, iterations) => users.ChangePassword(name, password, mechanisms, iterations)),
        Remove(),
        List(),
    };

    private static Command WithPassword(
        string name, string description, PasswordInput passwords, Func<UsersCommands, string, Func<string>, IReadOnlyList<string>, int?, int> run)
    {
        var user = User();
        var (file, config) = Where();
        var passwordFile = new Option<string?>("--password-file") { Description = "A file whose first line is the password; - is standard input.", HelpName = "FILE" };
        var mechanisms = new Option<string[]>("--mechanism")
        {
            Description = $"A mechanism that the user logs in with, {string.Join(", ", PasswordHashing.Mechanisms)}; may be given several times. A hash for SCRAM serves PLAIN too.",
            DefaultValueFactory = static _ => [],
        };
        mechanisms.AcceptOnlyFromAmong([.. PasswordHashing.Mechanisms]);
        var iterations = new Option<int?>("--iterations") { Description = "Rounds of the hash." };
        var command = new Command(name, description) { user, file, config, passwordFile, mechanisms, iterations };
        command.Validators.Add(result =>
        {
            // Hashing nothing says whether the rounds are accepted.
            if (result.GetResult(iterations) is { Errors: var errors } && !errors.Any() && result.GetValue(iterations) is { } rounds
                && PasswordHashing.Problem(result.GetValue(mechanisms) ?? [], rounds) is { } problem)
            {
                result.AddError($"--iterations: {problem}");
            }
        });
        Require(command, file, config);
        command.SetAction(parsed => Run(parsed, file, config, users => run(
            users, parsed.GetValue(user)!, () => passwords.Read(parsed.GetValue(user)!, parsed.GetValue(passwordFile)), parsed.GetValue(mechanisms)!, parsed.GetValue(iterations))));
        return command;
    }

    private static Command Remove()
    {
        var user = User();
        var (file, config) = Where();
        var command = new Command("remove", "Removes a user.") { user, file, config };
        Require(command, file, config);
        command.SetAction(parsed => Run(parsed, file, config, users => users.Remove(parsed.GetValue(user)!)));
        return command;
    }

    private static Command List()
    {
        var (file, config) = Where();
        var form = new Option<string>("--output", "-o") { Description = "The form of the list.", DefaultValueFactory = static _ => "text" };
        form.AcceptOnlyFromAmong("text", "json");
        var command = new Command("list", "Lists the users and the mechanisms that their hashes serve.") { file, config, form };
        Require(command, file, config);
        command.SetAction(parsed => Run(parsed, file, config, users => users.List(parsed.GetValue(form) == "json")));
        return command;
    }

    private static Argument<string> User()
    {
        var user = new Argument<string>("NAME") { Description = "The user." };
        user.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: var name }] && !CredentialFile.IsName(name))
                result.AddError("NAME: a user has a name without line breaks and without a space at its ends");
        });
        return user;
    }

    private static (Option<string?> File, Option<FileInfo?> Config) Where() =>
        (new("--file", "-f") { Description = $"The credential file ({PathKey}).", HelpName = "FILE" }, CommonOptions.Config());

    private static void Require(Command command, Option<string?> file, Option<FileInfo?> config) => command.Validators.Add(result =>
    {
        if (result.GetResult(file) is null == result.GetResult(config) is null)
            result.AddError($"either --file or --config is needed: the credential file, or the configuration that names it with {PathKey}");
    });

    private static int Run(ParseResult parsed, Option<string?> file, Option<FileInfo?> config, Func<UsersCommands, int> run)
    {
        var output = parsed.InvocationConfiguration.Output;
        var error = parsed.InvocationConfiguration.Error;
        try
        {
            var path = parsed.GetValue(file) ?? PathIn(parsed.GetValue(config)!.ToString());
            return run(new UsersCommands(path, output, error));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"kafka-modular: {fault.Message}");
            return ExitCodes.Failed;
        }
    }

    // The configuration need not be valid otherwise, and the plugins need not be there.
    private static string PathIn(string config)
    {
        var entry = ServerConfiguration.SourcesOf(config).SelectMany(static source => source.Entries).LastOrDefault(static each => each.Name == PathKey && !each.IsNothing);
        var path = ReferenceResolver.System.Resolve(entry?.Text ?? "", out var problem).Trim();
        return problem is not null ? throw new IOException($"{entry!.Origin}: {PathKey}: {problem}")
            : path.Length > 0 ? path
            : throw new IOException($"{config} does not set {PathKey}; --file names the file");
    }
}
