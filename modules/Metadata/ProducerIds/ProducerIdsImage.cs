using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.ProducerIds;

/// <summary>Which producer ids were given out (KIP-730). Immutable, any thread.</summary>
/// <param name="NextProducerId">First id of the next block; -1 before the first one.</param>
public sealed record ProducerIdsImage(long NextProducerId)
{
    /// <summary>None was given out.</summary>
    public static ProducerIdsImage Empty { get; } = new(-1);

    /// <summary>True before the first block.</summary>
    public bool IsEmpty => NextProducerId == Empty.NextProducerId;

    internal void Write(IMetadataRecordWriter writer)
    {
        // Who received the last block does not matter any more.
        if (!IsEmpty)
            writer.Write(new MetadataRecord(new ProducerIdsRecord { BrokerId = new(-1), BrokerEpoch = -1, NextProducerId = NextProducerId }, 0));
    }
}
