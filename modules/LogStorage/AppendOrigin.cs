namespace Kafka.Modular.LogStorage;

/// <summary>Where a batch comes from; it decides what is checked.</summary>
public enum AppendOrigin
{
    /// <summary>A client: everything is checked.</summary>
    Client,

    /// <summary>A coordinator of this broker: sequences are not checked, and it may write control batches.</summary>
    Coordinator,

    /// <summary>The leader that this broker follows: it has checked already.</summary>
    Replication,

    /// <summary>The leader of the quorum on this node: offsets and epochs are set already.</summary>
    RaftLeader,
}
