using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Client.Security;

/// <summary>
/// SCRAM without channel binding (RFC 5802, RFC 7677), as Kafka speaks it: the password stays here, and the server shows that it knows it too.
/// </summary>
internal sealed class ScramExchange : IClientExchange
{
    // Kafka's brokers store at most 16384. A peer that asks for more than this wants to keep the client busy.
    private const int HighestIterations = 1_000_000;
    private const int NonceBytes = 24;

    private readonly SaslOptions _options;
    private readonly ScramAlgorithm _algorithm;
    private readonly string _nonce;
    private string _firstBare = "";
    private byte[]? _expectedSignature;

    public ScramExchange(SaslOptions options, RandomSource random)
    {
        _options = options;
        _algorithm = ScramAlgorithm.Find(options.Mechanism)!;
        Span<byte> nonce = stackalloc byte[NonceBytes];
        random.NextBytes(nonce);
        _nonce = Convert.ToBase64String(nonce);
    }

    /// <summary>With a nonce that is given, for tests.</summary>
    internal ScramExchange(SaslOptions options, string nonce)
    {
        _options = options;
        _algorithm = ScramAlgorithm.Find(options.Mechanism)!;
        _nonce = nonce;
    }

    public bool IsComplete { get; private set; }

    public byte[] Start()
    {
        var name = _options.User.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _firstBare = $"n={name},r={_nonce}{(_options.IsToken ? ",tokenauth=true" : "")}";
        return Encoding.UTF8.GetBytes("n,," + _firstBare);
    }

    public byte[]? Step(ReadOnlySpan<byte> challenge)
    {
        var message = Encoding.UTF8.GetString(challenge);
        if (_expectedSignature is null)
        {
            return Final(message);
        }

        Check(message, _expectedSignature);
        IsComplete = true;
        return null;
    }

    private byte[] Final(string message)
    {
        var first = ScramServerFirst.TryParse(message) ?? throw Refused("its first message is malformed");
        if (!first.Nonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            throw Refused("Invalid server nonce: does not start with client nonce");
        }

        // Fewer than brokers store are those of somebody who wants to guess the password from the proof.
        if (first.Iterations is < ScramAlgorithm.LowestIterations or > HighestIterations)
        {
            throw Refused(first.Iterations < ScramAlgorithm.LowestIterations
                ? $"Requested iterations {first.Iterations} is less than the minimum {ScramAlgorithm.LowestIterations} for {_options.Mechanism}"
                : $"Requested iterations {first.Iterations} is more than {HighestIterations}");
        }

        // "biws" is base64 of "n,,": no channel binding, no authorization id.
        var withoutProof = $"c=biws,r={first.Nonce}";
        var authMessage = Encoding.UTF8.GetBytes($"{_firstBare},{message},{withoutProof}");
        var salted = _algorithm.SaltedPassword(_options.Password.Reveal(), first.Salt, first.Iterations);
        _expectedSignature = _algorithm.Hmac(_algorithm.ServerKey(salted), authMessage);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(ClientProof(salted, authMessage))}");
    }

    private byte[] ClientProof(byte[] saltedPassword, byte[] authMessage)
    {
        var clientKey = _algorithm.Hmac(saltedPassword, "Client Key"u8);
        var proof = _algorithm.Hmac(_algorithm.StoredKey(saltedPassword), authMessage);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        return proof;
    }

    private void Check(string message, byte[] expectedSignature)
    {
        var final = ScramServerFinal.TryParse(message) ?? throw Refused("its last message is malformed");
        if (final.Error is { } error)
        {
            throw new KafkaClientException(ErrorCode.SaslAuthenticationFailed, $"Sasl authentication using {_options.Mechanism} failed with error: {error}");
        }

        if (!CryptographicOperations.FixedTimeEquals(final.Signature, expectedSignature))
        {
            throw Refused("Invalid server signature in server final message");
        }
    }

    private KafkaClientException Refused(string reason) =>
        new(ErrorCode.SaslAuthenticationFailed, $"The broker did not pass {_options.Mechanism} authentication: {reason}.");
}
