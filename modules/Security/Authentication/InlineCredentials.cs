using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>Users that stand in the configuration. Passwords are kept as keyed hashes; each comparison is of two such hashes, for unknown users too.</summary>
internal sealed class InlineCredentials : ICredentialStore
{
    private readonly byte[] _key;
    private readonly Dictionary<string, byte[]> _users = new(StringComparer.Ordinal);
    private readonly byte[] _nobody = new byte[SHA256.HashSizeInBytes];

    /// <param name="users">Names and passwords; of a name that comes twice, the last.</param>
    /// <param name="key">Random bytes.</param>
    public InlineCredentials(IEnumerable<KeyValuePair<string, string>> users, ReadOnlySpan<byte> key)
    {
        _key = key.ToArray();
        foreach (var (user, password) in users)
            _users[user] = Hash(password);
    }

    public static InlineCredentials None { get; } = new([], []);

    public bool IsEmpty => _users.Count == 0;

    public ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken)
    {
        if (IsEmpty)
            return new(PasswordCheck.UnknownUser);
        var isKnown = _users.TryGetValue(user, out var expected);
        var isRight = CryptographicOperations.FixedTimeEquals(Hash(password), expected ?? _nobody);
        return new(!isKnown ? PasswordCheck.UnknownUser : isRight ? PasswordCheck.Accepted : PasswordCheck.WrongPassword);
    }

    public ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken) => default;

    private byte[] Hash(string password) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(password));
}
