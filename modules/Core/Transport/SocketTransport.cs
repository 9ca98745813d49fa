using System.Net;
using System.Net.Sockets;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Core.Transport;

/// <summary>A TCP connection without encryption.</summary>
internal sealed class SocketTransport : ITransport
{
    private readonly Socket _socket;
    private readonly SendFilePool _sendFilePool;

    public SocketTransport(Socket socket, TransportOptions options, SendFilePool sendFilePool)
    {
        _socket = socket;
        _sendFilePool = sendFilePool;
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (options.SendBufferBytes >= 0)
        {
            socket.SendBufferSize = options.SendBufferBytes;
        }

        LocalEndPoint = Unmapped((IPEndPoint)socket.LocalEndPoint!);
        RemoteEndPoint = Unmapped((IPEndPoint)socket.RemoteEndPoint!);
    }

    public IPEndPoint LocalEndPoint { get; }

    public IPEndPoint RemoteEndPoint { get; }

    public bool SendsFilesDirectly => true;

    public ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken);

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var send = _socket.SendAsync(bytes, SocketFlags.None, cancellationToken);
        if (send.IsCompletedSuccessfully)
        {
            var sent = send.Result;
            return sent == bytes.Length ? ValueTask.CompletedTask : SendRestAsync(ValueTask.FromResult(sent), bytes, cancellationToken);
        }

        return SendRestAsync(send, bytes, cancellationToken);
    }

    public ValueTask SendRegionAsync(ILogLease region, int offset, int count, CancellationToken cancellationToken) =>
        _sendFilePool.SendAsync(_socket, region.FileHandle!, region.FilePosition + offset, count);

    public ValueTask CloseSendAsync(CancellationToken cancellationToken)
    {
        _socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public void Abort() => _socket.Dispose();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask SendRestAsync(ValueTask<int> firstSend, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        bytes = bytes[await firstSend..];
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }

    // A socket of both families names IPv4 peers by mapped addresses; quotas and logs want their own.
    private static IPEndPoint Unmapped(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
}
