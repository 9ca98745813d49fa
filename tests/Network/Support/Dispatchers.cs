using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>A dispatcher made of a function.</summary>
internal sealed class Dispatcher(Func<ConnectionContext, RequestFrame, CancellationToken, ValueTask<Reply>> dispatch) : IRequestDispatcher
{
    private int _dispatched;

    public int Dispatched => Volatile.Read(ref _dispatched);

    /// <summary>Answers every request with its own bytes.</summary>
    public static Dispatcher Echo(BufferPool pool) => new((_, frame, _) => ValueTask.FromResult(Reply.Send(Copy(pool, frame))));

    /// <summary>Copies a frame into a message and disposes it.</summary>
    public static OutputBuffer Copy(BufferPool pool, RequestFrame ownedFrame)
    {
        var output = pool.RentOutput();
        output.Write(ownedFrame.Span);
        ownedFrame.Dispose();
        return output;
    }

    public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _dispatched);
        return dispatch(connection, ownedFrame, cancellationToken);
    }
}
