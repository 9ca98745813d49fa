namespace Kafka.Modular.Handlers.Connection;

/// <summary>Port: the features that the software supports and the cluster has finalized (KIP-584).</summary>
public interface IFeatureVersions
{
    /// <summary>The levels that this node supports, by feature name.</summary>
    IReadOnlyDictionary<string, (short Lowest, short Highest)> Supported { get; }

    /// <summary>The finalized levels and the metadata offset that they stand at; -1 and none before the metadata is loaded.</summary>
    (long Epoch, IReadOnlyDictionary<string, short> Levels) Finalized { get; }
}
