namespace Kafka.Modular.LogStorage;

/// <summary>What a log knows of a producer.</summary>
/// <param name="ProducerId">Its id.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="LastSequence">Sequence number of its last record, -1 for none.</param>
/// <param name="LastTimestamp">Timestamp of its last batch in ms since the epoch, -1 for none.</param>
/// <param name="CoordinatorEpoch">Epoch of the transaction coordinator that wrote its last marker, -1 for none.</param>
/// <param name="TransactionStartOffset">First offset of its transaction that goes on, -1 for none.</param>
public readonly record struct ProducerDescription(
    long ProducerId, short Epoch, int LastSequence, long LastTimestamp, int CoordinatorEpoch, long TransactionStartOffset);
