using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Users;

/// <summary>What <c>kafka-modular users</c> does with a credential file. No password is ever written anywhere but as its hash.</summary>
/// <param name="path">The file.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
internal sealed class UsersCommands(string path, TextWriter output, TextWriter error)
{
    /// <summary>Adds a user who is not there yet; makes the file where it is missing.</summary>
    /// <returns>The exit code.</returns>
    public int Add(string user, Func<string> password, IReadOnlyList<string> mechanisms, int? iterations)
    {
        var isThere = $"user {user} is in {path} already; users passwd gives another password";
        if (File.Exists(path) && Read().Find(user).Count > 0)
            return Fail(isThere);
        // Nobody waits for somebody who thinks about a password.
        var given = password();
        return Change(mayBeMissing: true, lines =>
        {
            if (lines.Find(user).Count > 0)
                return (false, isThere);
            lines.Set(user, Hashing(mechanisms, iterations, PasswordHashing.Usual(lines)).Hash(given));
            return (true, $"user {user} was added to {path}");
        });
    }

    /// <summary>Gives a user another password, hashed as the one before unless mechanisms are named.</summary>
    /// <returns>The exit code.</returns>
    public int ChangePassword(string user, Func<string> password, IReadOnlyList<string> mechanisms, int? iterations)
    {
        if (Read().Find(user).Count == 0)
            return Fail($"user {user} is not in {path}");
        var given = password();
        return Change(mayBeMissing: false, lines =>
        {
            var before = lines.Find(user);
            if (before.Count == 0)
                return (false, $"user {user} is not in {path}");
            lines.Set(user, Hashing(mechanisms, iterations, PasswordHashing.Like(before)).Hash(given));
            return (true, $"the password of user {user} was changed in {path}");
        });
    }

    /// <summary>Removes a user.</summary>
    /// <returns>The exit code.</returns>
    public int Remove(string user) => Change(mayBeMissing: false, lines =>
    {
        if (lines.Find(user).Count == 0)
            return (false, $"user {user} is not in {path}");
        lines.Set(user, []);
        return (true, $"user {user} was removed from {path}");
    });

    /// <summary>Lists the users, with the mechanisms that each can use.</summary>
    /// <returns>The exit code.</returns>
    public int List(bool isJson)
    {
        var lines = Read();
        Warn(lines);
        var table = new OutputTable("USER", "MECHANISMS", "HASHES", "ITERATIONS");
        foreach (var user in lines.Users)
        {
            table.Add(
                user.Key,
                user.SelectMany(PasswordHashing.Served).Distinct(StringComparer.Ordinal).ToArray(),
                user.Select(static hash => hash.Scheme).ToArray(),
                user.Select(static hash => hash.Iterations).ToArray());
        }

        if (isJson)
            table.WriteJson(output);
        else
            table.WriteColumns(output);
        return ExitCodes.Done;
    }

    private static PasswordHashing Hashing(IReadOnlyList<string> mechanisms, int? iterations, PasswordHashing usual)
    {
        if (mechanisms.Count > 0)
            return PasswordHashing.Of(mechanisms, iterations);
        if (iterations is not { } rounds)
            return usual;
        foreach (var (scheme, _) in usual.Forms)
        {
            if (!StoredPassword.Accepts(scheme, rounds))
                throw new IOException($"{rounds} rounds are not accepted for {scheme}, which the file has; --mechanism names another one");
        }

        return new PasswordHashing([.. usual.Forms.Select(form => (form.Scheme, rounds))]);
    }

    private int Change(bool mayBeMissing, Func<CredentialLines, (bool IsDone, string Words)> change)
    {
        using var edit = CredentialFileEdit.Begin(path, mayBeMissing);
        Warn(edit.Lines);
        var (isDone, words) = change(edit.Lines);
        if (!isDone)
            return Fail(words);

        edit.Commit();
        output.WriteLine(words);
        return ExitCodes.Done;
    }

    private CredentialLines Read() => CredentialLines.Parse(File.ReadAllText(path));

    private int Fail(string why)
    {
        error.WriteLine($"kafka-modular: {why}");
        return ExitCodes.Failed;
    }

    private void Warn(CredentialLines lines)
    {
        foreach (var number in lines.Unknown)
            error.WriteLine($"kafka-modular: {path}:{number} is not a hash and a name; no server takes the file with that line, it is left as it is");
    }
}
