using System.Buffers.Binary;
using System.Net.Sockets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Wire;

/// <summary>A connection that sends requests as they are given and reads the replies, with no cleverness of its own.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    public const string ClientId = "wire-test";

    private readonly TcpClient _tcp;
    private readonly NetworkStream _stream;
    private int _correlation;

    private WireClient(TcpClient tcp)
    {
        _tcp = tcp;
        _stream = tcp.GetStream();
    }

    public static async Task<WireClient> ConnectAsync(string bootstrapServers)
    {
        var at = bootstrapServers.LastIndexOf(':');
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(bootstrapServers[..at], int.Parse(bootstrapServers[(at + 1)..]));
        return new WireClient(tcp);
    }

    /// <summary>Sends a request in a version and reads its reply; the newest version where none is named.</summary>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short? version = null)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        var used = version ?? MessageCatalog.Api(TRequest.Key).AdvertisedHighest(false);
        var correlation = await WriteAsync(request, used);
        return await ReadAsync<TResponse>(TRequest.Key, used, correlation);
    }

    /// <summary>Sends a request without waiting for its reply; gives its correlation id.</summary>
    public async Task<int> WriteAsync(IRequest request, short version)
    {
        var correlation = ++_correlation;
        using var writer = ProtocolWriter.CreateContiguous();
        writer.WriteInt32(0);
        MessageFraming.WriteRequest(writer, request, version, correlation, ClientId);
        var frame = writer.WrittenMemory.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - sizeof(int));
        await _stream.WriteAsync(frame);
        return correlation;
    }

    /// <summary>Sends bytes as they are, behind their size.</summary>
    public async Task WriteRawAsync(byte[] body)
    {
        var frame = new byte[sizeof(int) + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame, sizeof(int));
        await _stream.WriteAsync(frame);
    }

    /// <summary>Reads the reply of a correlation id, which must be the next one.</summary>
    public async Task<TResponse> ReadAsync<TResponse>(ApiKey api, short version, int correlation)
        where TResponse : class, IResponse<TResponse>, new()
    {
        var frame = await ReadFrameAsync() ?? throw new EndOfStreamException($"The broker closed the connection instead of answering {api} v{version}.");
        var reader = new ProtocolReader(frame);
        var header = MessageFraming.ReadResponseHeader(ref reader, api, version);
        Assert.That(header.CorrelationId, Is.EqualTo(correlation));
        var response = TResponse.Read(ref reader, version);
        reader.EnsureEnd();
        return response;
    }

    /// <summary>The next frame, or null when the broker closed the connection.</summary>
    public async Task<byte[]?> ReadFrameAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var size = new byte[sizeof(int)];
        try
        {
            if (await _stream.ReadAtLeastAsync(size, size.Length, throwOnEndOfStream: false, timeout.Token) < size.Length)
            {
                return null;
            }

            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
            await _stream.ReadExactlyAsync(body, timeout.Token);
            return body;
        }
        catch (IOException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }
}
