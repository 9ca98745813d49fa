using System.Text;

namespace Kafka.Modular.Spi.Security;

/// <summary>
/// The file of the credential store <c>file</c>: a line per hash, <c>{scheme}hash name</c>. A user may have several, for several mechanisms; all are of one
/// password. Empty lines and those that begin with <c>#</c> say nothing. Immutable.
/// </summary>
public sealed class CredentialFile
{
    private const string Heading = "# Users and salted hashes of their passwords.\n";

    private CredentialFile(IReadOnlyList<KeyValuePair<string, StoredPassword>> entries) => Entries = entries;

    /// <summary>A file without users.</summary>
    public static CredentialFile Empty { get; } = new([]);

    /// <summary>Names and hashes, in the order of the lines.</summary>
    public IReadOnlyList<KeyValuePair<string, StoredPassword>> Entries { get; }

    /// <summary>Reads a file's text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">A line makes no sense. The message names its number and nothing of what it says.</exception>
    public static CredentialFile Parse(string text)
    {
        var entries = new List<KeyValuePair<string, StoredPassword>>();
        var number = 0;
        foreach (var each in text.Split('\n'))
        {
            number++;
            var line = each.TrimEnd('\r');
            if (line.Length == 0 || line[0] == '#')
                continue;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0 || space == line.Length - 1 || !StoredPassword.TryParse(line[..space], out var stored))
                throw new FormatException($"line {number} is not a hash and a name, as in {{{StoredPassword.Pbkdf2}}}iterations$salt$hash alice");
            entries.Add(new(line[(space + 1)..], stored!));
        }

        return new CredentialFile(entries);
    }

    /// <summary>Whether a user can be in such a file: a name without line breaks, not empty and without a space at an end.</summary>
    /// <param name="user">The name.</param>
    public static bool IsName(string user) => user.Length > 0 && user.AsSpan().Trim().Length == user.Length && !user.AsSpan().ContainsAny('\r', '\n', '\0');

    /// <summary>The same with these hashes of a user in place of those it had.</summary>
    /// <param name="user">The name.</param>
    /// <param name="hashes">The hashes; none removes the user.</param>
    public CredentialFile With(string user, IEnumerable<StoredPassword> hashes)
        => new(
        [
            .. Entries.Where(entry => !string.Equals(entry.Key, user, StringComparison.Ordinal)),
            .. hashes.Select(hash => KeyValuePair.Create(user, hash)),
        ]);

    /// <summary>The file's text.</summary>
    public string Format()
    {
        var text = new StringBuilder(Heading);
        foreach (var (user, stored) in Entries)
            text.Append(stored.Format()).Append(' ').Append(user).Append('\n');
        return text.ToString();
    }
}
