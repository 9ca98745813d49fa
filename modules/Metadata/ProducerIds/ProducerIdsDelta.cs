using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.ProducerIds;

/// <summary>Whether producer ids were given out. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ProducerIdsDelta
{
    private long _next;
    private bool _isNamed;

    internal ProducerIdsDelta(ProducerIdsImage before)
    {
        Before = before;
        _next = before.NextProducerId;
    }

    /// <summary>The state before.</summary>
    public ProducerIdsImage Before { get; }

    /// <summary>First id of the next block; -1 before the first one.</summary>
    public long NextProducerId => _next;

    internal void Replay(ProducerIdsRecord record)
    {
        _next = record.NextProducerId;
        _isNamed = true;
    }

    internal void FinishSnapshot()
    {
        if (!_isNamed)
            _next = ProducerIdsImage.Empty.NextProducerId;
    }

    internal ProducerIdsImage Apply() => _next == Before.NextProducerId ? Before : new ProducerIdsImage(_next);
}
