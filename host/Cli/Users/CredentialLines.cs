using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Users;

/// <summary>
/// A credential file as somebody edits it: comments, empty lines and lines that make no sense stay where they are; a user's lines are replaced in their place, and
/// those of a new user come last.
/// </summary>
internal sealed class CredentialLines
{
    private readonly List<string> _lines;

    private CredentialLines(List<string> lines) => _lines = lines;

    /// <summary>Users in the order of the file, with their hashes.</summary>
    public IEnumerable<IGrouping<string, StoredPassword>> Users =>
        _lines.Select(Read).Where(static entry => entry.Stored is not null).GroupBy(static entry => entry.User, static entry => entry.Stored!, StringComparer.Ordinal);

    /// <summary>Numbers of the lines that make no sense; with one of them no server reads the file.</summary>
    public IEnumerable<int> Unknown =>
        Enumerable.Range(1, _lines.Count).Where(number => _lines[number - 1].TrimEnd('\r') is { Length: > 0 } line && line[0] != '#' && Read(line).Stored is null);

    /// <summary>Reads a file's text.</summary>
    public static CredentialLines Parse(string text)
    {
        List<string> lines = [.. text.Split('\n')];
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return new CredentialLines(lines);
    }

    /// <summary>A file without users.</summary>
    public static CredentialLines Empty() => new(["# Users and salted hashes of their passwords. kafka-modular users changes them."]);

    /// <summary>The hashes of a user; none where it is not known.</summary>
    public IReadOnlyList<StoredPassword> Find(string user) => [.. Users.Where(each => string.Equals(each.Key, user, StringComparison.Ordinal)).SelectMany(static each => each)];

    /// <summary>Gives a user other hashes.</summary>
    /// <param name="user">The name.</param>
    /// <param name="hashes">The hashes; none removes the user.</param>
    public void Set(string user, IEnumerable<StoredPassword> hashes)
    {
        var place = _lines.FindIndex(line => IsOf(line, user));
        _lines.RemoveAll(line => IsOf(line, user));
        _lines.InsertRange(place < 0 ? _lines.Count : place, hashes.Select(hash => $"{hash.Format()} {user}"));
    }

    /// <summary>The file's text.</summary>
    public string Format() => string.Concat(_lines.Select(static line => line + "\n"));

    private static bool IsOf(string line, string user) => Read(line) is { Stored: not null } entry && string.Equals(entry.User, user, StringComparison.Ordinal);

    private static (string User, StoredPassword? Stored) Read(string text)
    {
        var line = text.TrimEnd('\r');
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && line[0] != '#' && space < line.Length - 1 && StoredPassword.TryParse(line[..space], out var stored) ? (line[(space + 1)..], stored) : ("", null);
    }
}
