using System.Buffers.Binary;
using System.Net.Sockets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Server.Tests.Support;

/// <summary>A connection that sends one request after the other.</summary>
internal sealed class WireClient : IDisposable
{
    private readonly TcpClient _connection = new();
    private int _correlationId;

    public static async Task<WireClient> ConnectAsync(string bootstrapServers)
    {
        var colon = bootstrapServers.LastIndexOf(':');
        var client = new WireClient();
        await client._connection.ConnectAsync(bootstrapServers[..colon], int.Parse(bootstrapServers.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture));
        return client;
    }

    public async Task<TResponse> SendAsync<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short? apiVersion = null)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        var api = MessageCatalog.Api(TRequest.Key);
        var version = apiVersion ?? api.AdvertisedHighest(false);
        using (var writer = ProtocolWriter.CreateContiguous())
        {
            writer.WriteInt32(0);
            var header = new RequestHeader
            {
                RequestApiKey = (short)TRequest.Key, RequestApiVersion = version, CorrelationId = ++_correlationId, ClientId = "test",
            };
            header.Write(writer, api.RequestHeaderVersion(version));
            request.Write(writer, version);
            var bytes = writer.WrittenMemory.ToArray();
            BinaryPrimitives.WriteInt32BigEndian(bytes, bytes.Length - 4);
            await _connection.GetStream().WriteAsync(bytes);
        }

        var size = new byte[4];
        await _connection.GetStream().ReadExactlyAsync(size);
        var reply = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
        await _connection.GetStream().ReadExactlyAsync(reply);
        return Read<TResponse>(reply, api, version);
    }

    public void Dispose() => _connection.Dispose();

    private static TResponse Read<TResponse>(byte[] reply, ApiDescriptor api, short version)
        where TResponse : class, IResponse<TResponse>, new()
    {
        var reader = new ProtocolReader(reply);
        ResponseHeader.Read(ref reader, api.ResponseHeaderVersion(version));
        return TResponse.Read(ref reader, version);
    }
}
