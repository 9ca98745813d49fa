using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.ProducerIds;

/// <summary>Whether producer ids were given out. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ProducerIdsDelta
{
    private long _next;

    internal ProducerIdsDelta(ProducerIdsImage before)
    {
        Before = before;
        _next = before.NextProducerId;
    }

    /// <summary>The state before.</summary>
    public ProducerIdsImage Before { get; }

    /// <summary>First id of the next block; -1 before the first one.</summary>
    public long NextProducerId => _next;

    internal void Replay(ProducerIdsRecord record) => _next = record.NextProducerId;

    /// <summary>A snapshot repeats the record if there was one.</summary>
    internal void FinishSnapshot()
    {
    }

    internal ProducerIdsImage Apply() => _next == Before.NextProducerId ? Before : new ProducerIdsImage(_next);
}
