using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Credentials.File;

/// <summary>What a credential file said when it was read. Immutable.</summary>
internal sealed class FileCredentials
{
    private readonly Dictionary<string, List<StoredPassword>> _users = new(StringComparer.Ordinal);

    public FileCredentials(CredentialFile file)
    {
        foreach (var (user, stored) in file.Entries)
        {
            if (!_users.TryGetValue(user, out var hashes))
                _users[user] = hashes = [];
            hashes.Add(stored);
        }

        // As costly as most of them are.
        var usual = _users.Values.Select(static hashes => hashes[0])
            .GroupBy(static stored => (stored.Scheme, stored.Iterations))
            .MaxBy(static group => group.Count())?.Key ?? (StoredPassword.Pbkdf2, StoredPassword.DefaultIterations);
        Nobody = StoredPassword.Create(usual.Scheme, "", "nobody has this salt"u8, usual.Iterations);
    }

    public int Count => _users.Count;

    /// <summary>What the password of an unknown user is compared with; not to be believed.</summary>
    public StoredPassword Nobody { get; }

    /// <summary>The hash that a password of the user is compared with, or null when it is not known.</summary>
    public StoredPassword? Find(string user) => _users.TryGetValue(user, out var hashes) ? hashes[0] : null;

    public ScramCredential? FindScram(string mechanism, string user)
    {
        if (_users.TryGetValue(user, out var hashes))
        {
            foreach (var stored in hashes)
            {
                if (stored.Scram(mechanism) is { } credential)
                    return credential;
            }
        }

        return null;
    }
}
