using System.Buffers.Binary;
using System.Text;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>The other end of a connection.</summary>
internal sealed class TestClient(ITransport transport) : IAsyncDisposable
{
    public ITransport Transport { get; } = transport;

    public static byte[] Frame(ReadOnlySpan<byte> body)
    {
        var frame = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, body.Length);
        body.CopyTo(frame.AsSpan(4));
        return frame;
    }

    public Task SendAsync(string body) => SendAsync(Encoding.UTF8.GetBytes(body));

    public Task SendAsync(byte[] body) => SendRawAsync(Frame(body));

    public async Task SendRawAsync(ReadOnlyMemory<byte> bytes) => await Transport.SendAsync(bytes, CancellationToken.None);

    public async Task<string> AskAsync(string body)
    {
        await SendAsync(body);
        return await ReceiveTextAsync();
    }

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString(await ReceiveAsync());

    public async Task<byte[]> ReceiveAsync() =>
        await TryReceiveAsync() ?? throw new EndOfStreamException("The server closed the connection.");

    /// <summary>The next reply; null when the server has closed the connection in an orderly way.</summary>
    public async Task<byte[]?> TryReceiveAsync()
    {
        var prefix = await TryReadAsync(4);
        return prefix is null ? null : await TryReadAsync(BinaryPrimitives.ReadInt32BigEndian(prefix));
    }

    /// <summary>Whether the server has closed the connection, in any way, without sending another reply.</summary>
    public async Task<bool> IsClosedAsync()
    {
        try
        {
            return await TryReceiveAsync() is null;
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            return true;
        }
    }

    public ValueTask DisposeAsync() => Transport.DisposeAsync();

    private async Task<byte[]?> TryReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var position = 0; position < count;)
        {
            var received = await Transport.ReceiveAsync(bytes.AsMemory(position), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            if (received == 0)
            {
                return position == 0 ? null : throw new EndOfStreamException("The server closed the connection in the middle of a reply.");
            }

            position += received;
        }

        return bytes;
    }
}
