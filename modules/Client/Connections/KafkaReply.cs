using Kafka.Modular.Core.Buffers;

namespace Kafka.Modular.Client.Connections;

/// <summary>A response whose records and slices lie in the frame that it came in: dispose it when they are no longer needed.</summary>
/// <typeparam name="TResponse">The response.</typeparam>
public sealed class KafkaReply<TResponse> : IDisposable
    where TResponse : class
{
    private readonly PooledBuffer _frame;

    internal KafkaReply(TResponse response, short version, PooledBuffer ownedFrame)
    {
        Response = response;
        Version = version;
        _frame = ownedFrame;
    }

    /// <summary>The response.</summary>
    public TResponse Response { get; }

    /// <summary>The version that was spoken.</summary>
    public short Version { get; }

    /// <summary>Length of the response in bytes.</summary>
    public int SizeInBytes => _frame.Length;

    /// <summary>Gives back the frame.</summary>
    public void Dispose() => _frame.Dispose();
}
