using Kafka.Modular.Client.Connections;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Consuming;

/// <summary>A fetch response whose frame is given back when the last of its partitions was read.</summary>
internal sealed class SharedReply(KafkaReply<FetchResponse> ownedReply)
{
    private int _holders = 1;

    public FetchResponse Response => ownedReply.Response;

    public void Hold() => Interlocked.Increment(ref _holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            ownedReply.Dispose();
        }
    }
}
