using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Bench.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Bench.Security;

/// <summary>A blocking connection with or without TLS, which can log in. One thread.</summary>
internal sealed class SecureConnection : IDisposable
{
    private const int Prefix = sizeof(int);
    private const short HandshakeVersion = 1;
    private const short AuthenticateVersion = 2;

    private readonly Stream _stream;
    private byte[] _reply = new byte[1 << 20];

    public SecureConnection(int port, SslClientAuthenticationOptions? tls = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect("127.0.0.1", port);
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (tls is null)
        {
            _stream = plain;
            return;
        }

        var secured = new SslStream(plain);
        secured.AuthenticateAsClient(tls);
        _stream = secured;
    }

    /// <summary>A request and its reply, so that both ends are known to have finished what came before.</summary>
    public SecureConnection AskVersions()
    {
        Ask(new ApiVersionsRequest(), 0);
        return this;
    }

    public SecureConnection LogInPlain(string user, string password)
    {
        Handshake("PLAIN");
        Authenticate(Encoding.UTF8.GetBytes($"\0{user}\0{password}"));
        return this;
    }

    /// <summary>Logs in with SCRAM. What costs a client much, the salted password, is made once for a salt, so that it is not what is measured.</summary>
    public SecureConnection LogInScram(ScramAlgorithm algorithm, string user, string password, Dictionary<string, byte[]> salted)
    {
        Handshake(algorithm.Mechanism);
        var bare = $"n={user},r={RandomNumberGenerator.GetHexString(24)}";
        var first = Encoding.UTF8.GetString(Authenticate(Encoding.UTF8.GetBytes("n,," + bare)));
        var parts = first.Split(',');
        byte[]? key;
        lock (salted)
        {
            if (!salted.TryGetValue(parts[1], out key))
                salted[parts[1]] = key = algorithm.SaltedPassword(password, Convert.FromBase64String(parts[1][2..]), int.Parse(parts[2].AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));
        }

        var without = "c=biws," + parts[0];
        var proof = algorithm.Hmac(key, "Client Key"u8);
        var signature = algorithm.Hmac(algorithm.StoredKey(key), Encoding.UTF8.GetBytes($"{bare},{first},{without}"));
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        Authenticate(Encoding.UTF8.GetBytes($"{without},p={Convert.ToBase64String(proof)}"));
        return this;
    }

    public void Send(ReadOnlySpan<byte> frame) => _stream.Write(frame);

    /// <summary>The next reply, valid until the one after it is read.</summary>
    public ReadOnlyMemory<byte> Receive()
    {
        _stream.ReadExactly(_reply.AsSpan(0, Prefix));
        var size = BinaryPrimitives.ReadInt32BigEndian(_reply);
        if (size > _reply.Length)
            _reply = new byte[size * 2];
        _stream.ReadExactly(_reply.AsSpan(0, size));
        return _reply.AsMemory(0, size);
    }

    public TResponse Ask<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        Send(RawConnection.Encode(request, version));
        return RawConnection.Decode<TResponse>(Receive(), TRequest.Key, version);
    }

    public void Dispose() => _stream.Dispose();

    private void Handshake(string mechanism) =>
        BenchTopic.Check(Ask(new SaslHandshakeRequest { Mechanism = mechanism }, HandshakeVersion).ErrorCode, "choosing " + mechanism);

    private byte[] Authenticate(byte[] token)
    {
        var answer = Ask(new SaslAuthenticateRequest { AuthBytes = token }, AuthenticateVersion);
        BenchTopic.Check(answer.ErrorCode, "logging in");
        return answer.AuthBytes.ToArray();
    }
}
