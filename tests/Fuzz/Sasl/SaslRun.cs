using System.Net;
using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Fuzz.Tests.Sasl;

/// <summary>One connection, and beside it what a client knows: whether it has shown the password in the exchange that is under way.</summary>
internal sealed class SaslRun(SaslWorld world, IPAddress address, FakeTimeProvider time) : IDisposable
{
    /// <summary>Most bytes of a token that comes; what is longer is cut.</summary>
    public const int LongestToken = 20_000;

    private readonly SaslSession _session = new(world, address, time);
    private string? _mechanism;
    private string? _shown;
    private string? _user;
    private string? _clientFirst;
    private string? _serverFirst;
    private string? _principal;
    private int _challenges;
    private bool _failed;

    public int LoggedIn { get; private set; }

    public int LoggedInAgain { get; private set; }

    public int Refused { get; private set; }

    public void Take(SaslOperation operation, ReadOnlyMemory<byte> bytes)
    {
        switch (operation)
        {
            case SaslOperation.ApiVersions when !_session.IsComplete:
                Judge(_session.OnApiVersions(First(bytes) % 2 == 0));
                break;
            case SaslOperation.Handshake when !_session.IsComplete:
                HandShake(bytes);
                break;
            case SaslOperation.Token when !_session.IsComplete:
                _shown = null;
                Token(First(bytes), bytes.Length > 0 ? bytes[1..] : bytes);
                break;
            case SaslOperation.Right when !_session.IsComplete:
                var user = SaslWorld.Users[bytes.Length > 1 ? bytes.Span[1] % SaslWorld.Users.Count : 0];
                var right = RightToken(user, out var shows);
                _shown = shows ? user : null;
                Token(First(bytes), right);
                break;
            case SaslOperation.NearlyRight when !_session.IsComplete:
                NearlyRight(bytes.Span, out var changed);
                _shown = null;
                Token(First(bytes), changed);
                break;
            case SaslOperation.Other when !_session.IsComplete:
                Judge(_session.OnOther((ApiKey)First(bytes)));
                break;
            case SaslOperation.Malformed when !_session.IsComplete:
                Judge(_session.OnMalformed());
                break;
            case SaslOperation.Reauthenticate:
                if (_session.TryReauthenticate())
                    SaslTarget.Check(world.Lifetime > 0 && !_session.IsComplete, "re-authentication where there is none");
                break;
            case SaslOperation.Wait:
                time.Advance(TimeSpan.FromMilliseconds(First(bytes) * 100));
                break;
        }
    }

    public void Dispose() => _session.Dispose();

    private static byte First(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? (byte)0 : bytes.Span[0];

    private void HandShake(ReadOnlyMemory<byte> bytes)
    {
        var mechanism = Encoding.UTF8.GetString(bytes.Length > 0 ? bytes.Span[1..] : default);
        var verdict = _session.OnHandshake((short)(First(bytes) % 2), mechanism);
        if (verdict.Failure is null)
        {
            _mechanism = mechanism;
            (_clientFirst, _serverFirst, _shown, _user, _challenges) = (null, null, null, null, 0);
        }

        Judge(verdict);
    }

    private void Token(byte framing, ReadOnlyMemory<byte> token)
    {
        token = token.Length > LongestToken ? token[..LongestToken] : token;
        var pending = _session.OnTokenAsync(token, (framing % 4) switch { 0 => null, 1 => 0, 2 => 1, _ => 2 }, CancellationToken.None);
        SaslTarget.Check(pending.IsCompleted, "nothing is waited for here");
        var verdict = pending.AsTask().GetAwaiter().GetResult();
        if (verdict.Failure is null && verdict.Identity is null)
        {
            SaslTarget.Check(++_challenges <= SaslSession.MaximumSteps, "steps without end");
            _clientFirst ??= Encoding.UTF8.GetString(token.Span);
            _serverFirst ??= Encoding.UTF8.GetString(verdict.Token.Span);
        }

        Judge(verdict);
    }

    // What somebody sends who knows the password of a user. That shows it only where the server's answer was to this user.
    private byte[] RightToken(string user, out bool shows)
    {
        shows = _mechanism == "PLAIN";
        if (_mechanism is null or "PLAIN")
            return Encoding.UTF8.GetBytes($"\0{user}\0{world.PasswordOf(user)}");
        if (_serverFirst is null || _clientFirst is null)
        {
            _user = user;
            return Encoding.UTF8.GetBytes($"n,,n={user},r=clientnonce");
        }

        var of = _user ?? user;
        shows = true;
        var algorithm = ScramAlgorithm.Find(_mechanism)!;
        var salted = world.SaltedPasswordOf(algorithm, of);
        var proof = algorithm.Hmac(salted, "Client Key"u8);
        var without = $"c=biws,{_serverFirst.Split(',')[0]}";
        var bare = _clientFirst.IndexOf("n=", StringComparison.Ordinal) is >= 0 and var at ? _clientFirst[at..] : "";
        var signature = algorithm.Hmac(world.CredentialOf(_mechanism, of).StoredKey.Span, Encoding.UTF8.GetBytes($"{bare},{_serverFirst},{without}"));
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        _user = of;
        return Encoding.UTF8.GetBytes($"{without},p={Convert.ToBase64String(proof)}");
    }

    // The change may be one that means nothing, such as in the last bits of base64: then the token is still right.
    private void NearlyRight(ReadOnlySpan<byte> bytes, out byte[] token)
    {
        token = RightToken(SaslWorld.Users[0], out _);
        var at = (bytes.Length > 1 ? bytes[1] : 0) % token.Length;
        var change = bytes.Length > 2 ? bytes[2] : (byte)1;
        if (_mechanism is null or "PLAIN")
        {
            // The name stays: with another it would be the other user's password, and still wrong.
            at = Math.Max(at, SaslWorld.Users[0].Length + 2);
            token[at] = (byte)((token[at] == 'x') ^ (change % 2 == 0) ? 'y' : 'x');
            return;
        }

        if (_serverFirst is null)
        {
            token[at] ^= change;
            _user = null;
            return;
        }

        // A byte of the proof itself.
        var proof = Encoding.ASCII.GetString(token).LastIndexOf("p=", StringComparison.Ordinal) + 2;
        var decoded = Convert.FromBase64String(Encoding.ASCII.GetString(token, proof, token.Length - proof));
        decoded[at % decoded.Length] ^= change == 0 ? (byte)1 : change;
        token = [.. token.AsSpan(0, proof), .. Encoding.ASCII.GetBytes(Convert.ToBase64String(decoded))];
    }

    private void Judge(in SaslVerdict verdict)
    {
        SaslTarget.CheckAnswer(verdict);
        SaslTarget.Check(!_failed || (verdict.Failure is not null && verdict.Identity is null), "something was taken after a failure");
        SaslTarget.Check(_session.IsComplete == (verdict.Identity is not null), "it is known who the client is without it having been shown");
        if (verdict.Failure is not null)
        {
            SaslTarget.Check(_session.HasFailed, "a failure that is none");
            Refused += _failed ? 0 : 1;
            _failed = true;
        }
        else if (verdict.Identity is { } identity)
        {
            SaslTarget.Check(_shown is not null, $"{identity.Principal} was let in without a password");
            SaslTarget.Check(identity.Principal.Name == (_mechanism == "PLAIN" ? _shown : _user), $"{identity.Principal} was let in with the password of {_shown}");
            SaslTarget.Check(_principal is null || _principal == identity.Principal.Name, "another user after a re-authentication");
            LoggedInAgain += _principal is null ? 0 : 1;
            _principal = identity.Principal.Name;
            LoggedIn++;
            (_clientFirst, _serverFirst, _shown, _user, _challenges) = (null, null, null, null, 0);
        }
    }
}
