using System.Buffers.Binary;
using System.Net.Sockets;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Bench.Wire;

/// <summary>A blocking connection that sends frames as they are given and reads replies into one buffer. One thread.</summary>
internal sealed class RawConnection : IDisposable
{
    private const int Prefix = sizeof(int);
    private const string ClientId = "bench";

    private byte[] _reply = new byte[1 << 20];

    public RawConnection(string host, int port)
    {
        Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(host, port);
    }

    public Socket Socket { get; }

    /// <summary>A whole frame: size, header, body.</summary>
    public static byte[] Encode(IRequest request, short version)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        writer.WriteInt32(0);
        MessageFraming.WriteRequest(writer, request, version, correlationId: 0, ClientId);
        var frame = writer.WrittenMemory.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - Prefix);
        return frame;
    }

    public void Send(ReadOnlySpan<byte> frame)
    {
        while (!frame.IsEmpty)
            frame = frame[Socket.Send(frame)..];
    }

    /// <summary>The next reply, valid until the one after it is read.</summary>
    public ReadOnlyMemory<byte> Receive()
    {
        Fill(0, Prefix);
        var size = BinaryPrimitives.ReadInt32BigEndian(_reply);
        if (size > _reply.Length)
            _reply = new byte[size * 2];
        Fill(0, size);
        return _reply.AsMemory(0, size);
    }

    public TResponse Receive<TResponse>(ApiKey key, short version)
        where TResponse : class, IResponse<TResponse>, new() => Decode<TResponse>(Receive(), key, version);

    public TResponse Ask<TRequest, TResponse>(IRequest<TRequest, TResponse> request, short version)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        Send(Encode(request, version));
        return Receive<TResponse>(TRequest.Key, version);
    }

    public static TResponse Decode<TResponse>(ReadOnlyMemory<byte> frame, ApiKey key, short version)
        where TResponse : class, IResponse<TResponse>, new()
    {
        var reader = new ProtocolReader(frame);
        MessageFraming.ReadResponseHeader(ref reader, key, version);
        return TResponse.Read(ref reader, version);
    }

    public void Dispose() => Socket.Dispose();

    private void Fill(int from, int to)
    {
        while (from < to)
        {
            var count = Socket.Receive(_reply, from, to - from, SocketFlags.None);
            if (count == 0)
                throw new EndOfStreamException("the broker closed the connection");
            from += count;
        }
    }
}
