namespace Kafka.Modular.Client.Producing;

/// <summary>What became of an attempt to append a record to a partition's queue.</summary>
internal enum AppendResult
{
    /// <summary>There is no open batch with room.</summary>
    NeedsBatch,

    /// <summary>It is in an open batch.</summary>
    Appended,

    /// <summary>It is in a batch, which the sender should look at: it is new, or another one is complete now.</summary>
    AppendedToNew,
}
