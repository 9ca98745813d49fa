using Kafka.Modular.Cli.Users;
using Kafka.Modular.Configuration.Import;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Verbs;

/// <summary><c>config import</c>: what is in Kafka's files, as YAML and as a credential file.</summary>
/// <param name="file">Kafka's server.properties.</param>
/// <param name="jaas">The JAAS file; null takes the one that <paramref name="kafkaOptions"/> name.</param>
/// <param name="credentials">The credential file to make where there are users for it.</param>
/// <param name="kafkaOptions">What KAFKA_OPTS says, or null.</param>
internal sealed class ConfigImport(string file, string? jaas, string credentials, string? kafkaOptions)
{
    private const string Property = "-Djava.security.auth.login.config=";

    /// <summary>Writes both.</summary>
    /// <returns>The exit code.</returns>
    public int Run(TextWriter output, TextWriter error)
    {
        try
        {
            var source = PropertiesReader.Read(File.ReadAllText(file), file);
            var imported = YamlWriter.Import(source, ReadJaas(error), Path.GetFullPath(credentials));
            string[] problems = [.. source.Problems.Select(static problem => problem.ToString()), .. imported.Missing];
            foreach (var problem in problems)
                Tell(error, problem);
            if (imported.Problem is { } wrong)
                return Fail(error, wrong);
            if (imported.Users.Count > 0)
                WriteUsers(imported, error);
            output.Write(imported.Yaml);
            return problems.Length == 0 ? ExitCodes.Done : ExitCodes.Failed;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Fail(error, fault.Message);
        }
    }

    /// <summary>The JAAS file that options of the Java machine name, or null. The last one counts, as in Java.</summary>
    internal static string? JaasOf(string? options)
    {
        var option = (options ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).LastOrDefault(static word => word.Trim('"', '\'').StartsWith(Property, StringComparison.Ordinal));
        if (option is null)
            return null;
        // With two equals signs it is the only one that counts, of a machine that has others.
        var path = option.Trim('"', '\'')[Property.Length..].TrimStart('=').Trim('"', '\'');
        return path.StartsWith("file:", StringComparison.Ordinal) ? path["file:".Length..] : path;
    }

    private string? ReadJaas(TextWriter error)
    {
        if (jaas is not null)
            return File.ReadAllText(jaas);
        if (JaasOf(kafkaOptions) is not { Length: > 0 } named)
            return null;
        if (!File.Exists(named))
            throw new FileNotFoundException($"KAFKA_OPTS names {named} as the login configuration, and it is not there; give the file as the second argument");
        Tell(error, $"the login configuration is {named}, as KAFKA_OPTS says");
        return File.ReadAllText(named);
    }

    private void WriteUsers(ImportedConfiguration imported, TextWriter error)
    {
        if (File.Exists(credentials))
            throw new IOException($"{credentials} is there already and stays as it is; --credentials names another file for the users of PLAIN");
        using var edit = CredentialFileEdit.Begin(credentials, mayBeMissing: true);
        foreach (var (user, password) in imported.Users)
        {
            if (!CredentialFile.IsName(user))
                throw new IOException($"a credential file cannot have a user whose name begins or ends with a space or has a line break: '{user.Trim()}'");
            if (password.Reveal().Contains('\0', StringComparison.Ordinal))
                throw new IOException($"the password of user '{user}' has a NUL, with which nobody can log in by PLAIN (RFC 4616); take the user out or give it another");
            edit.Lines.Set(user, PasswordHashing.Default.Hash(password.Reveal()));
        }

        edit.Commit();
        Tell(error, $"{imported.Users.Count} users of PLAIN are in {Path.GetFullPath(credentials)}, as salted hashes");
    }

    private static void Tell(TextWriter error, string what) => error.WriteLine($"kafka-modular: {what}");

    private static int Fail(TextWriter error, string why)
    {
        Tell(error, why);
        return ExitCodes.Failed;
    }
}
