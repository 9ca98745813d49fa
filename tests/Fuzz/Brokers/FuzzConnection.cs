using System.Buffers.Binary;
using System.Net.Sockets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Fuzz.Tests.Brokers;

/// <summary>A connection that sends bytes and reads frames, blocking. One thread at a time.</summary>
internal sealed class FuzzConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    public FuzzConnection(string bootstrapServers)
    {
        var colon = bootstrapServers.LastIndexOf(':');
        _socket.Connect("127.0.0.1", int.Parse(bootstrapServers.AsSpan(colon + 1)));
        _socket.SendTimeout = 20_000;
    }

    /// <summary>Sends bytes as they are; false when the broker closed the connection.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            for (; !bytes.IsEmpty; bytes = bytes[_socket.Send(bytes)..])
            {
            }

            return true;
        }
        catch (SocketException lost) when (lost.SocketErrorCode != SocketError.TimedOut)
        {
            return false;
        }
    }

    /// <summary>Sends a request with its size.</summary>
    public bool TrySend(IRequest request, short version, int correlationId)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        writer.WriteInt32(0);
        MessageFraming.WriteRequest(writer, request, version, correlationId, "fuzz");
        var frame = writer.WrittenMemory.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - sizeof(int));
        return TrySend(frame);
    }

    /// <summary>Reads a reply.</summary>
    /// <param name="patienceMs">How long it may take.</param>
    /// <param name="frame">The reply without its size, valid until the next call.</param>
    public ReadOutcome TryRead(int patienceMs, out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        _socket.ReceiveTimeout = patienceMs;
        if (Fill(sizeof(int)) is not ReadOutcome.Frame and var missing)
        {
            return missing;
        }

        var size = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        if (size is < sizeof(int) or > 200_000_000)
        {
            throw new InvalidOperationException($"The broker sent a frame of {size} bytes.");
        }

        if (Fill(sizeof(int) + size) is not ReadOutcome.Frame and var cut)
        {
            return cut;
        }

        frame = _buffer.AsMemory(_start + sizeof(int), size);
        _start += sizeof(int) + size;
        return ReadOutcome.Frame;
    }

    /// <summary>Leaves without a word, so that no port is kept busy.</summary>
    public void Dispose()
    {
        _socket.LingerState = new LingerOption(enable: true, 0);
        _socket.Dispose();
    }

    private ReadOutcome Fill(int wanted)
    {
        while (_end - _start < wanted)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_buffer.Length < wanted)
            {
                Array.Resize(ref _buffer, wanted);
            }

            try
            {
                var read = _socket.Receive(_buffer.AsSpan(_end));
                if (read == 0)
                {
                    return ReadOutcome.Closed;
                }

                _end += read;
            }
            catch (SocketException lost)
            {
                return lost.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock ? ReadOutcome.Nothing : ReadOutcome.Closed;
            }
        }

        return ReadOutcome.Frame;
    }
}

/// <summary>What came of waiting for a reply.</summary>
internal enum ReadOutcome
{
    /// <summary>A reply.</summary>
    Frame,

    /// <summary>The broker closed the connection.</summary>
    Closed,

    /// <summary>Nothing came in time.</summary>
    Nothing,
}
