using System.Buffers.Binary;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>A connection that sends what no client library would: frames byte by byte, with or without TLS.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    public const short SaslHandshake = 17;
    public const short ApiVersions = 18;
    public const short SaslAuthenticate = 36;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly MemoryStream _received = new();
    private int _correlation;

    private RawClient(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>Everything that came back, as text.</summary>
    public string Received => Encoding.Latin1.GetString(_received.ToArray());

    /// <summary>Connects.</summary>
    /// <param name="bootstrap">Where.</param>
    /// <param name="authority">Who is trusted, a PEM file; null for a connection without TLS.</param>
    public static async Task<RawClient> ConnectAsync(string bootstrap, string? authority = null)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", int.Parse(bootstrap.Split(':')[1], CultureInfo.InvariantCulture));
        NetworkStream plain = new(socket, ownsSocket: true);
        if (authority is null)
        {
            return new RawClient(socket, plain);
        }

        SslStream secured = new(plain);
        X509ChainPolicy trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(authority);
        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = trust });
        return new RawClient(socket, secured);
    }

    public static byte[] Plain(string user, string password) => Encoding.UTF8.GetBytes($"\0{user}\0{password}");

    /// <summary>Sends a request and takes its answer's body; null when the connection was closed instead.</summary>
    public async Task<byte[]?> AskAsync(short api, short version, params byte[][] body)
    {
        await SendAsync(Request(api, version, body));
        return await ReceiveAsync() is { } answer ? answer[sizeof(int)..] : null;
    }

    /// <summary>SaslHandshake; gives the error.</summary>
    public async Task<short?> HandshakeAsync(string mechanism, short version = 1) =>
        await AskAsync(SaslHandshake, version, Text(mechanism)) is { } answer ? BinaryPrimitives.ReadInt16BigEndian(answer) : null;

    /// <summary>SaslAuthenticate v1; the error and the server's token or null when the connection was closed.</summary>
    public async Task<(short Error, byte[] Token)?> TokenAsync(byte[] token)
    {
        if (await AskAsync(SaslAuthenticate, 1, Number(token.Length), token) is not { } answer)
        {
            return null;
        }

        short error = BinaryPrimitives.ReadInt16BigEndian(answer);
        short message = BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(2));
        int at = 4 + Math.Max(message, (short)0);
        int length = BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(at));
        return (error, answer[(at + 4)..(at + 4 + length)]);
    }

    /// <summary>Logs in with PLAIN; gives the error, or null when the connection was closed.</summary>
    public async Task<short?> LogInAsync(string user, string password) =>
        await HandshakeAsync("PLAIN") is { } error and not 0 ? error : (await TokenAsync(Plain(user, password)))?.Error;

    /// <summary>Logs in with SCRAM; gives the error, or null when the connection was closed.</summary>
    public async Task<short?> LogInAsync(string user, string password, string mechanism)
    {
        if (await HandshakeAsync(mechanism) is not 0)
        {
            return null;
        }

        HashAlgorithmName hash = mechanism.EndsWith("256", StringComparison.Ordinal) ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
        string bare = $"n={user},r={RandomNumberGenerator.GetHexString(24)}";
        if (await TokenAsync(Encoding.UTF8.GetBytes("n,," + bare)) is not { Error: 0 } challenge)
        {
            return -1;
        }

        string first = Encoding.UTF8.GetString(challenge.Token);
        string[] parts = first.Split(',');
        byte[] salt = Convert.FromBase64String(parts[1][2..]);
        int iterations = int.Parse(parts[2][2..], CultureInfo.InvariantCulture);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, hash, hash == HashAlgorithmName.SHA256 ? 32 : 64);
        byte[] key = CryptographicOperations.HmacData(hash, salted, "Client Key"u8.ToArray());
        string without = $"c=biws,{parts[0]}";
        byte[] signature = CryptographicOperations.HmacData(hash, CryptographicOperations.HashData(hash, key), Encoding.UTF8.GetBytes($"{bare},{first},{without}"));
        byte[] proof = [.. key.Zip(signature, static (left, right) => (byte)(left ^ right))];
        return (await TokenAsync(Encoding.UTF8.GetBytes($"{without},p={Convert.ToBase64String(proof)}")))?.Error;
    }

    /// <summary>A request in its frame.</summary>
    public byte[] Request(short api, short version, params byte[][] body)
    {
        byte[] content = [.. Number(api), .. Number(version), .. Number(++_correlation), .. Text("raw"), .. body.SelectMany(static part => part)];
        return Frame(content);
    }

    public static byte[] Frame(byte[] content) => [.. Number(content.Length), .. content];

    public static byte[] Text(string text) => [.. Number((short)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Number(int number)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    public static byte[] Number(short number) => [(byte)(number >> 8), (byte)number];

    public async Task SendAsync(byte[] bytes)
    {
        await _stream.WriteAsync(bytes);
        await _stream.FlushAsync();
    }

    /// <summary>The next frame; null when the connection was closed instead.</summary>
    public async Task<byte[]?> ReceiveAsync()
    {
        using CancellationTokenSource limit = new(s_limit);
        try
        {
            byte[] size = new byte[sizeof(int)];
            await _stream.ReadExactlyAsync(size, limit.Token);
            byte[] content = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            await _stream.ReadExactlyAsync(content, limit.Token);
            _received.Write(content);
            return content;
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Whether the server has closed it, waiting for that.</summary>
    public async Task<bool> IsClosedAsync(TimeSpan limit)
    {
        using CancellationTokenSource late = new(limit);
        try
        {
            byte[] rest = new byte[1024];
            while (await _stream.ReadAsync(rest, late.Token) > 0)
            {
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
