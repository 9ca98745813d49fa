using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Kafka.Modular.Spi.Security;

/// <summary>
/// What a credential file keeps of a password: a salted, slow hash of it. Written as <c>{PBKDF2-SHA512}iterations$salt$hash</c>, or in the form of a SCRAM
/// credential, which serves SCRAM as well, as <c>{SCRAM-SHA-512}iterations$salt$storedKey$serverKey</c>; salt, hash and keys in base64. Never printed.
/// </summary>
public sealed class StoredPassword
{
    /// <summary>Scheme of hashes that serve PLAIN alone.</summary>
    public const string Pbkdf2 = "PBKDF2-SHA512";

    /// <summary>Iterations of new hashes with <see cref="Pbkdf2"/>.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>Fewest and most iterations that are accepted.</summary>
    private const int LowestIterations = 1000;
    private const int HighestIterations = 10_000_000;

    private readonly ScramAlgorithm? _scram;
    private readonly byte[] _salt;
    private readonly byte[] _hash;
    private readonly byte[] _serverKey;

    private StoredPassword(ScramAlgorithm? scram, int iterations, byte[] salt, byte[] hash, byte[] serverKey)
    {
        _scram = scram;
        Iterations = iterations;
        _salt = salt;
        _hash = hash;
        _serverKey = serverKey;
    }

    /// <summary><see cref="Pbkdf2"/> or the name of a SCRAM mechanism.</summary>
    public string Scheme => _scram?.Mechanism ?? Pbkdf2;

    /// <summary>Rounds of the hash.</summary>
    public int Iterations { get; }

    /// <summary>Whether a number of rounds is accepted.</summary>
    /// <param name="scheme"><see cref="Pbkdf2"/> or the name of a SCRAM mechanism.</param>
    /// <param name="iterations">Rounds.</param>
    public static bool Accepts(string scheme, int iterations) => IsScheme(scheme) && AreIterations(ScramAlgorithm.Find(scheme), iterations);

    /// <summary>Hashes a password.</summary>
    /// <param name="scheme"><see cref="Pbkdf2"/> or the name of a SCRAM mechanism.</param>
    /// <param name="password">The password, without NUL.</param>
    /// <param name="salt">Random bytes.</param>
    /// <param name="iterations">Rounds.</param>
    /// <exception cref="ArgumentException">The scheme is not known, or the iterations are too few or too many, or the password has a NUL.</exception>
    public static StoredPassword Create(string scheme, string password, ReadOnlySpan<byte> salt, int iterations)
    {
        if (!IsScheme(scheme))
            throw new ArgumentException($"Scheme {scheme} is not known; expected {Pbkdf2}, {ScramAlgorithm.Sha256.Mechanism} or {ScramAlgorithm.Sha512.Mechanism}.", nameof(scheme));
        var scram = ScramAlgorithm.Find(scheme);
        if (!AreIterations(scram, iterations))
            throw new ArgumentException($"{iterations} iterations are not accepted; expected {Lowest(scram)} to {Highest(scram)}.", nameof(iterations));
        if (HasNul(password))
            throw new ArgumentException("A password cannot have a NUL (RFC 4616, section 2).", nameof(password));
        return Hashed(scram, password, salt.ToArray(), iterations);
    }

    /// <summary>Reads the written form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stored">What it says, or null.</param>
    /// <returns>Whether it has one of the forms.</returns>
    public static bool TryParse(string text, out StoredPassword? stored)
    {
        stored = null;
        var end = text.IndexOf('}', StringComparison.Ordinal);
        if (end < 0 || text[0] != '{' || !IsScheme(text[1..end]))
            return false;
        var scram = ScramAlgorithm.Find(text[1..end]);
        var parts = text[(end + 1)..].Split('$');
        if (parts.Length != (scram is null ? 3 : 4)
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || !AreIterations(scram, iterations)
            || !TryDecode(parts[1], out var salt)
            || !TryDecode(parts[2], out var hash)
            || hash.Length != (scram ?? ScramAlgorithm.Sha512).Length)
        {
            return false;
        }

        var serverKey = Array.Empty<byte>();
        if (scram is not null && (!TryDecode(parts[3], out serverKey) || serverKey.Length != scram.Length))
            return false;
        stored = new StoredPassword(scram, iterations, salt, hash, serverKey);
        return true;
    }

    /// <summary>Whether it is this password. Takes the same time in either case.</summary>
    /// <param name="password">The password; one with a NUL is none (RFC 4616, section 2).</param>
    public bool Verify(string password) =>
        CryptographicOperations.FixedTimeEquals(Hashed(_scram, password, _salt, Iterations)._hash, _hash) && !HasNul(password);

    /// <summary>The credential for a SCRAM mechanism, or null when it is not one of that mechanism.</summary>
    /// <param name="mechanism">Name of the mechanism.</param>
    public ScramCredential? Scram(string mechanism) =>
        string.Equals(_scram?.Mechanism, mechanism, StringComparison.Ordinal) ? new ScramCredential(_salt, _hash, _serverKey, Iterations) : null;

    /// <summary>The written form. For a credential file alone.</summary>
    public string Format()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{{{Scheme}}}{Iterations}${Convert.ToBase64String(_salt)}${Convert.ToBase64String(_hash)}");
        return _scram is null ? text : $"{text}${Convert.ToBase64String(_serverKey)}";
    }

    /// <summary>Scheme and iterations; nothing secret.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scheme} with {Iterations} iterations");

    private static StoredPassword Hashed(ScramAlgorithm? scram, string password, byte[] salt, int iterations)
    {
        if (scram is null)
        {
            var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);
            return new StoredPassword(null, iterations, salt, hash, []);
        }

        var salted = scram.SaltedPassword(password, salt, iterations);
        return new StoredPassword(scram, iterations, salt, scram.StoredKey(salted), scram.ServerKey(salted));
    }

    // HMAC fills its key up with zeros (RFC 2104, section 2), so PBKDF2 cannot tell a password from the same one with NULs behind it.
    private static bool HasNul(string password) => password.Contains('\0', StringComparison.Ordinal);

    private static bool IsScheme(string scheme) => string.Equals(scheme, Pbkdf2, StringComparison.Ordinal) || ScramAlgorithm.Find(scheme) is not null;

    private static bool AreIterations(ScramAlgorithm? scram, int iterations) => iterations >= Lowest(scram) && iterations <= Highest(scram);

    private static int Lowest(ScramAlgorithm? scram) => scram is null ? LowestIterations : ScramAlgorithm.LowestIterations;

    private static int Highest(ScramAlgorithm? scram) => scram is null ? HighestIterations : ScramAlgorithm.HighestIterations;

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var isBase64 = Convert.TryFromBase64String(text, bytes, out var length);
        bytes = bytes[..length];
        return isBase64 && length > 0;
    }
}
