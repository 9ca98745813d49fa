using System.Buffers.Binary;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>Reads the topics out of the subscription that consumers embed in JoinGroup (ConsumerProtocolSubscription).</summary>
internal static class ConsumerSubscriptionReader
{
    /// <summary>
    /// Adds the topics. False when the bytes are no subscription: clients may put what they like there, so that is no error.
    /// A version that is newer than those known is read as the newest known, as Kafka does.
    /// </summary>
    public static bool TryReadTopics(byte[] metadata, ISet<string> topics)
    {
        if (metadata.Length < sizeof(short))
        {
            return false;
        }

        var version = BinaryPrimitives.ReadInt16BigEndian(metadata);
        if (version < 0)
        {
            return false;
        }

        try
        {
            var reader = new ProtocolReader(metadata.AsMemory(sizeof(short)));
            var subscription = ConsumerProtocolSubscription.Read(ref reader, Math.Min(version, ConsumerProtocolSubscription.HighestVersion));
            topics.UnionWith(subscription.Topics);
            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }
}
