using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Server.Storage;

/// <summary>Reads <c>--add-scram</c> and makes the credential of it (KIP-900, RFC 5802).</summary>
internal static class ScramArgument
{
    private const int MinIterations = 4096;
    private const int MaxIterations = 16384;
    private const int SaltBytes = 32;

    /// <summary>Reads one argument.</summary>
    /// <param name="text">Such as <c>SCRAM-SHA-256=[name=alice,password=secret]</c>.</param>
    /// <param name="random">Makes the salt where none is given.</param>
    /// <exception cref="FormatException">It is not of that form. Unlike Kafka's, the messages repeat nothing that may be part of a password.</exception>
    public static UserScramCredentialRecord Parse(string text, RandomSource random)
    {
        var input = text.Trim();
        var equals = input.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            throw new FormatException("Failed to find equals sign in SCRAM argument");
        var (number, hash) = input[..equals] switch
        {
            "SCRAM-SHA-256" => ((sbyte)1, HashAlgorithmName.SHA256),
            "SCRAM-SHA-512" => ((sbyte)2, HashAlgorithmName.SHA512),
            var other => throw new FormatException($"The add-scram mechanism {other} is not supported."),
        };
        var body = input[(equals + 1)..];
        if (!body.StartsWith('['))
            throw new FormatException("Expected configuration string to start with [");
        if (!body.EndsWith(']'))
            throw new FormatException("Expected configuration string to end with ]");
        var parts = ReadParts(body[1..^1]);
        var name = Take(parts, "name") ?? throw new FormatException("You must supply 'name' to add-scram");
        var salt = Take(parts, "salt") is { } saltText ? Decode(saltText, "salt") : null;
        var iterations = ReadIterations(Take(parts, "iterations"), input[..equals]);
        var password = Take(parts, "password");
        var saltedText = Take(parts, "saltedpassword");
        if (parts.Count > 0)
            throw new FormatException("Unknown SCRAM configurations; there are name, password, iterations, salt and saltedpassword");
        if (password is null && saltedText is null)
            throw new FormatException("You must supply one of 'password' or 'saltedpassword' to add-scram");
        if (password is null && salt is null)
            throw new FormatException("You must supply 'salt' with 'saltedpassword' to add-scram");
        salt ??= RandomSalt(random);
        var salted = password is not null
            ? Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, iterations, hash, hash == HashAlgorithmName.SHA256 ? 32 : 64)
            : Decode(saltedText!, "saltedPassword");
        return new UserScramCredentialRecord
        {
            Name = name,
            Mechanism = number,
            Salt = salt,
            StoredKey = CryptographicOperations.HashData(hash, CryptographicOperations.HmacData(hash, salted, "Client Key"u8.ToArray())),
            ServerKey = CryptographicOperations.HmacData(hash, salted, "Server Key"u8.ToArray()),
            Iterations = iterations,
        };
    }

    private static Dictionary<string, string> ReadParts(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new FormatException("No equals sign found in SCRAM component");
            var value = part[(equals + 1)..];
            parts[part[..equals]] = value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
        }

        return parts;
    }

    private static string? Take(Dictionary<string, string> parts, string key) => parts.Remove(key, out var value) ? value : null;

    private static int ReadIterations(string? text, string mechanism)
    {
        if (text is null)
            return MinIterations;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var iterations))
            throw new FormatException($"Failed to parse iterations count: {text}");
        var name = mechanism.Replace('-', '_');
        return iterations switch
        {
            < MinIterations => throw new FormatException($"The 'iterations' value must be >= {MinIterations} for add-scram using {name}"),
            > MaxIterations => throw new FormatException($"The 'iterations' value must be <= {MaxIterations} for add-scram using {name}"),
            _ => iterations,
        };
    }

    private static byte[] Decode(string text, string what)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw new FormatException($"Failed to decode given {what}");
    }

    private static byte[] RandomSalt(RandomSource random)
    {
        var salt = new byte[SaltBytes];
        random.NextBytes(salt);
        return salt;
    }
}
