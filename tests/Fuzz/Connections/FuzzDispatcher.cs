using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;

namespace Kafka.Modular.Fuzz.Tests.Connections;

/// <summary>Echoes what begins with <c>good</c>; answers everything else at once, late, at length, not at all, or by closing.</summary>
internal sealed class FuzzDispatcher(BufferPool pool, ulong seed) : IRequestDispatcher
{
    private readonly Lock _lock = new();
    private readonly SeededRandomSource _random = new(seed);
    private int _dispatched;

    public int Dispatched => Volatile.Read(ref _dispatched);

    public async ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _dispatched);
        // Before anything is awaited, as the contract asks: a request that waits holds none of the memory that the others need.
        OutputBuffer echo;
        bool isGood;
        using (ownedFrame)
        {
            isGood = ownedFrame.Span.StartsWith("good"u8);
            echo = Echo(ownedFrame);
        }

        switch (isGood ? -1 : Choose(8))
        {
            case 0:
                echo.Dispose();
                return Reply.None;
            case 1:
                echo.Dispose();
                return Reply.Close;
            case 2:
                return Reply.SendAndClose(echo);
            case 3:
                await Task.Yield();
                return Reply.Send(echo);
            case 4:
                await WhenGoneAsync(cancellationToken);
                return Reply.Send(echo);
            case 5:
                echo.Write(new byte[300_000]);
                return Reply.Send(echo);
            default:
                return Reply.Send(echo);
        }
    }

    private static async Task WhenGoneAsync(CancellationToken cancellationToken)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), gone);
        await gone.Task;
    }

    private int Choose(int count)
    {
        lock (_lock)
        {
            return _random.Next(count);
        }
    }

    private OutputBuffer Echo(RequestFrame frame)
    {
        var output = pool.RentOutput();
        output.Write(frame.Span);
        return output;
    }
}
