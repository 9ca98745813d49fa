using System.Buffers.Binary;
using System.Net;
using System.Threading.Channels;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Tests;

/// <summary>A peer that does what a test says: answers, keeps silent, hangs up or sends nonsense.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly INetworkListener _listener;
    private readonly Channel<ScriptedConnection> _connections = Channel.CreateUnbounded<ScriptedConnection>();
    private readonly List<ScriptedConnection> _all = [];
    private readonly Task _accepting;

    public ScriptedPeer(MemoryNetwork network, int port = 0)
    {
        _listener = network.Bind(new IPEndPoint(IPAddress.Loopback, port), onlyIPv6: false, new TransportOptions());
        _listener.Listen(16);
        _accepting = AcceptAsync();
    }

    public BrokerAddress Address => new("localhost", _listener.EndPoint.Port);

    /// <summary>How ApiVersions is answered; null leaves it to the test.</summary>
    public Func<short, ApiVersionsResponse>? Versions { get; init; } = _ => AllVersions();

    /// <summary>Puts TLS around what was accepted; null for none.</summary>
    public Func<ITransport, ValueTask<ITransport>>? Secure { get; init; }

    public int Accepted => _all.Count;

    public static ApiVersionsResponse AllVersions() => new()
    {
        ApiKeys = [.. MessageCatalog.Apis.Select(api => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)api.Key, MinVersion = api.LowestVersion, MaxVersion = api.HighestVersion,
        })],
    };

    /// <summary>The next connection, its versions negotiated.</summary>
    public async Task<ScriptedConnection> AcceptedAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _connections.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var connection in _all)
        {
            connection.Transport.Abort();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var accepted = await _listener.AcceptAsync(CancellationToken.None);
                if (Secure is null)
                {
                    var connection = new ScriptedConnection(accepted);
                    _all.Add(connection);
                    _ = NegotiateAsync(connection);
                }
                else
                {
                    _ = SecureAsync(accepted);
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task SecureAsync(ITransport accepted)
    {
        try
        {
            var connection = new ScriptedConnection(await Secure!(accepted));
            _all.Add(connection);
            await NegotiateAsync(connection);
        }
        catch (Exception refused) when (refused.IsConnectionLoss() || refused is System.Security.Authentication.AuthenticationException)
        {
            await accepted.DisposeAsync();
        }
    }

    private async Task NegotiateAsync(ScriptedConnection connection)
    {
        try
        {
            while (Versions is not null)
            {
                var request = await connection.ReadAsync();
                var response = Versions(request.Version);
                await connection.AnswerAsync(request, response, response.ErrorCode == ErrorCode.UnsupportedVersion ? (short)0 : request.Version);
                if (response.ErrorCode == ErrorCode.None)
                {
                    break;
                }
            }

            await _connections.Writer.WriteAsync(connection);
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            // The client gave up first.
        }
    }
}

/// <summary>A request as it came in.</summary>
internal sealed record ScriptedRequest(ApiKey Key, short Version, int CorrelationId, string? ClientId, IRequest Body);

/// <summary>The peer's end of a connection.</summary>
internal sealed class ScriptedConnection(ITransport transport)
{
    public ITransport Transport => transport;

    public async Task<ScriptedRequest> ReadAsync()
    {
        var size = new byte[4];
        await ReadExactlyAsync(size);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await ReadExactlyAsync(body);
        var reader = new ProtocolReader(body.AsMemory());
        var header = MessageFraming.ReadRequestHeader(ref reader, out var api);
        return new ScriptedRequest(api.Key, header.RequestApiVersion, header.CorrelationId, header.ClientId, (IRequest)api.Request.Read(ref reader, header.RequestApiVersion));
    }

    public async Task<T> ReadAsync<T>()
        where T : class, IRequest => (T)(await ReadAsync()).Body;

    public async Task AnswerAsync(ScriptedRequest request, IResponse response, short? version = null)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        MessageFraming.WriteResponse(writer, response, version ?? request.Version, request.CorrelationId);
        await SendFrameAsync(writer.WrittenMemory.ToArray());
    }

    public async Task SendFrameAsync(byte[] body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, 4);
        await transport.SendAsync(frame, CancellationToken.None);
    }

    private async Task ReadExactlyAsync(byte[] destination)
    {
        for (var at = 0; at < destination.Length;)
        {
            var received = await transport.ReceiveAsync(destination.AsMemory(at), CancellationToken.None);
            at += received > 0 ? received : throw new EndOfStreamException();
        }
    }
}
