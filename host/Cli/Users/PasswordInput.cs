using System.Text;

namespace Kafka.Modular.Cli.Users;

/// <summary>Where a verb takes a password from: a file, standard input, or somebody at a terminal, who is asked twice and does not see it.</summary>
internal sealed class PasswordInput
{
    private readonly TextReader _input;
    private readonly Func<string, string>? _ask;

    /// <param name="input">Standard input.</param>
    /// <param name="ask">Asks somebody who sits at a terminal; null where nobody does.</param>
    public PasswordInput(TextReader input, Func<string, string>? ask) => (_input, _ask) = (input, ask);

    /// <summary>That of the process.</summary>
    public static PasswordInput OfProcess() => new(Console.In, Console.IsInputRedirected ? null : Ask);

    /// <summary>Reads a password.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="file">A file whose first line it is, <c>-</c> for standard input; null asks, or reads standard input where nobody can be asked.</param>
    /// <exception cref="IOException">There is none, or the file cannot be read.</exception>
    public string Read(string user, string? file)
    {
        if (file is null && _ask is not null)
        {
            var password = _ask($"Password of {user}: ");
            return password.Length == 0 ? throw new IOException("the password is empty")
                : password == _ask("Once more: ") ? password
                : throw new IOException("the two passwords differ");
        }

        using var reader = file is null or "-" ? null : File.OpenText(file);
        var line = (reader ?? _input).ReadLine();
        var source = reader is null ? "standard input" : file;
        if (string.IsNullOrEmpty(line))
            throw new IOException($"{source} has no password on its first line");
        return line.Contains('\0', StringComparison.Ordinal) ? throw new IOException($"the first line of {source} has a NUL, which no password can have; is it text in UTF-8?") : line;
    }

    private static string Ask(string question)
    {
        Console.Error.Write(question);
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
                text.Length = Math.Max(0, text.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                text.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
