using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Producers;

/// <summary>Decides AllocateProducerIds: brokers are given blocks of producer ids (KIP-730). Pure: reads the state it is given. The controller's loop.</summary>
internal static class ProducerIdBlocks
{
    /// <summary>How many ids a block has.</summary>
    public const int BlockSize = 1_000;

    public static ControllerResult<AllocateProducerIdsResponse> Allocate(ControllerState state, AllocateProducerIdsRequest request)
    {
        if (state.Image.Cluster.BrokerEpoch(request.BrokerId) != request.BrokerEpoch)
        {
            return ControllerResult<AllocateProducerIdsResponse>.NoChange(new AllocateProducerIdsResponse { ErrorCode = ErrorCode.StaleBrokerEpoch });
        }

        var first = Math.Max(state.Image.ProducerIds.NextProducerId, 0);
        if (first > long.MaxValue - BlockSize)
        {
            return ControllerResult<AllocateProducerIdsResponse>.NoChange(new AllocateProducerIdsResponse { ErrorCode = ErrorCode.UnknownServerError });
        }

        var record = new ProducerIdsRecord { BrokerId = request.BrokerId, BrokerEpoch = request.BrokerEpoch, NextProducerId = new ProducerId(first + BlockSize) };
        return new ControllerResult<AllocateProducerIdsResponse>(
            [new MetadataRecord(record, 0)],
            new AllocateProducerIdsResponse { ProducerIdStart = new ProducerId(first), ProducerIdLen = BlockSize });
    }
}
