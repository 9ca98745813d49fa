using System.Net.Sockets;
using Kafka.Modular.Client.Security;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Connections;

/// <content>How a connection comes about.</content>
public sealed partial class KafkaConnection
{
    private const string SoftwareName = "kafka-modular";

    /// <summary>Connects to a node, encrypts and authenticates where that is wanted, and learns which versions the node takes.</summary>
    /// <param name="address">The node; every address of its host name is tried.</param>
    /// <param name="options">The client's options.</param>
    /// <param name="parts">What the connection stands on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaClientException">Nobody answered there (NETWORK_EXCEPTION), or not in time (REQUEST_TIMED_OUT), or authentication failed.</exception>
    /// <exception cref="ClientConfigurationException">The options of security cannot be used.</exception>
    public static ValueTask<KafkaConnection> ConnectAsync(
        BrokerAddress address, ClientOptions options, ClientParts parts, CancellationToken cancellationToken) =>
        ConnectAsync(address, options, parts, options.ConnectionSetupTimeout, cancellationToken);

    internal static async ValueTask<KafkaConnection> ConnectAsync(
        BrokerAddress address, ClientOptions options, ClientParts parts, TimeSpan setupTimeout, CancellationToken cancellationToken)
    {
        var security = ConnectionSecurity.For(options, parts);
        using var timeout = new CancellationTokenSource(setupTimeout, parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        KafkaConnection? connection = null;
        try
        {
            var transport = await OpenAsync(address, options, parts, either.Token);
            transport = await security.SecureAsync(transport, address.Host, either.Token);
            connection = new KafkaConnection(address, transport, security, options, parts);
            connection._receiving = connection.ReceiveAsync();
            connection._versions = await connection.NegotiateAsync(either.Token);
            connection._reader.IsTrusted = true;
            connection.BeginSession(await AuthenticateAsync(connection, security, cancellationToken));
            return connection;
        }
        catch (Exception fault)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            if (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new KafkaClientException(ErrorCode.RequestTimedOut, $"{address} did not take the connection within {setupTimeout.TotalMilliseconds} ms.", fault);
            }

            if (connection is { _transport: TlsTransport, _versions: null } && fault is KafkaClientException { Code: ErrorCode.NetworkException } lost)
            {
                throw ExplainEarlyEnd(address, lost);
            }

            if (fault.IsConnectionLoss())
            {
                throw new KafkaClientException(ErrorCode.NetworkException, $"Connection to {address} could not be established: {fault.Message}", fault);
            }

            throw;
        }
    }

    private static async ValueTask<ITransport> OpenAsync(BrokerAddress address, ClientOptions options, ClientParts parts, CancellationToken cancellationToken)
    {
        var sockets = new TransportOptions { SendBufferBytes = options.SendBufferBytes, ReceiveBufferBytes = options.ReceiveBufferBytes };
        Exception? last = null;
        foreach (var ip in await parts.Network.ResolveAsync(address.Host, cancellationToken))
        {
            try
            {
                return await parts.Network.ConnectAsync(new System.Net.IPEndPoint(ip, address.Port), sockets, cancellationToken);
            }
            catch (Exception lost) when (lost.IsConnectionLoss())
            {
                last = lost;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    // With TLS 1.3 the client has finished its handshake before the broker looks at its certificate (RFC 8446, section 4.4.2). Brokers in Java then send
    // an alert, those on SslStream close.
    private static KafkaClientException ExplainEarlyEnd(BrokerAddress address, KafkaClientException lost) =>
        TlsFaults.Alert(lost) is { } alert
            ? KafkaClientException.OfTls(address.ToString(), alert, lost)
            : new KafkaClientException(
                lost.Code,
                $"Connection to {address} was closed right after the TLS handshake; the broker may ask for a certificate of the client or not accept it (ssl.keystore.location).",
                lost);

    // What brokers do that cannot or will not say why: those before 1.0, proxies, and those that the client is not allowed to reach.
    private static async ValueTask<TimeSpan?> AuthenticateAsync(KafkaConnection connection, IConnectionSecurity security, CancellationToken cancellationToken)
    {
        try
        {
            return await security.AuthenticateAsync(connection, cancellationToken);
        }
        catch (KafkaClientException lost) when (lost.Code == ErrorCode.NetworkException)
        {
            throw new KafkaClientException(lost.Code, $"Connection to {connection.Address} was closed during authentication.", lost);
        }
    }

    // A broker that does not know the version answers in version 0 and names the versions of ApiVersions that it does know (KIP-511). One that names
    // none is asked again in version 0.
    private async ValueTask<ApiVersionTable> NegotiateAsync(CancellationToken cancellationToken)
    {
        var request = new ApiVersionsRequest
        {
            ClientSoftwareName = SoftwareName,
            ClientSoftwareVersion = typeof(KafkaConnection).Assembly.GetName().Version?.ToString(3) ?? "0",
        };
        var version = MessageCatalog.Api(ApiKey.ApiVersions).HighestVersion;
        for (var isFirst = true; ; isFirst = false)
        {
            using var frame = await ExchangeFrameAsync(request, version, null, cancellationToken);
            var bytes = frame.Span.ToArray();
            var refused = bytes.Length >= 6 && (ErrorCode)System.Buffers.Binary.BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(4)) == ErrorCode.UnsupportedVersion;
            var response = Decode<ApiVersionsResponse>(bytes, ApiKey.ApiVersions, refused ? (short)0 : version);
            if (response.ErrorCode == ErrorCode.None)
            {
                return new ApiVersionTable(response);
            }

            if (!refused || !isFirst)
            {
                throw new KafkaClientException(response.ErrorCode, $"{Address} refused ApiVersions: {response.ErrorCode.Info().Message}");
            }

            var named = new ApiVersionTable(response).Range((short)ApiKey.ApiVersions);
            version = named is { } range && range.Highest >= 0 && range.Highest < version ? range.Highest : (short)0;
        }
    }
}
