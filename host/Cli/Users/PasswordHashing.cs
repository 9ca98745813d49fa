using System.Security.Cryptography;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Users;

/// <summary>How a password is hashed for a credential file: which schemes, and how many rounds of each.</summary>
/// <param name="Forms">The schemes with their rounds, each once.</param>
internal sealed record PasswordHashing(IReadOnlyList<(string Scheme, int Iterations)> Forms)
{
    private const int SaltBytes = 24;

    /// <summary>Names of the mechanisms that a hash can be for.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", ScramAlgorithm.Sha256.Mechanism, ScramAlgorithm.Sha512.Mechanism];

    /// <summary>One hash, for PLAIN.</summary>
    public static PasswordHashing Default { get; } = new([(StoredPassword.Pbkdf2, StoredPassword.DefaultIterations)]);

    /// <summary>Hashes for mechanisms.</summary>
    /// <param name="mechanisms">Names of mechanisms.</param>
    /// <param name="iterations">Rounds; null takes the usual ones of each.</param>
    public static PasswordHashing Of(IEnumerable<string> mechanisms, int? iterations) => new(
    [
        .. mechanisms.Select(static name => ScramAlgorithm.Find(name)?.Mechanism ?? StoredPassword.Pbkdf2).Distinct(StringComparer.Ordinal)
            .Select(scheme => (scheme, iterations ?? (scheme == StoredPassword.Pbkdf2 ? StoredPassword.DefaultIterations : ScramAlgorithm.HighestIterations))),
    ]);

    /// <summary>As hashes are that there are.</summary>
    public static PasswordHashing Like(IEnumerable<StoredPassword> hashes) => new([.. hashes.Select(static hash => (hash.Scheme, hash.Iterations)).DistinctBy(static form => form.Scheme)]);

    /// <summary>As most users of a file have it: where all hashes are alike, the time that a login takes does not tell who is known.</summary>
    public static PasswordHashing Usual(CredentialLines lines) =>
        lines.Users.GroupBy(static user => string.Join(' ', Like(user).Forms)).OrderByDescending(static alike => alike.Count()).FirstOrDefault() is { } most ? Like(most.First()) : Default;

    /// <summary>Hashes a password.</summary>
    /// <exception cref="ArgumentException">The rounds are too few or too many.</exception>
    public IReadOnlyList<StoredPassword> Hash(string password) =>
        [.. Forms.Select(form => StoredPassword.Create(form.Scheme, password, RandomNumberGenerator.GetBytes(SaltBytes), form.Iterations))];

    /// <summary>What is wrong with a number of rounds; null if nothing.</summary>
    /// <param name="mechanisms">The mechanisms; none stands for what there is.</param>
    /// <param name="iterations">Rounds.</param>
    public static string? Problem(IEnumerable<string> mechanisms, int iterations)
    {
        foreach (var (scheme, _) in Of(mechanisms, iterations).Forms.DefaultIfEmpty(Default.Forms[0]))
        {
            if (!StoredPassword.Accepts(scheme, iterations))
                return $"{iterations} rounds are not accepted for {scheme}";
        }

        return null;
    }

    /// <summary>The mechanisms that a hash serves.</summary>
    public static string[] Served(StoredPassword hash) => hash.Scheme == StoredPassword.Pbkdf2 ? ["PLAIN"] : ["PLAIN", hash.Scheme];
}
