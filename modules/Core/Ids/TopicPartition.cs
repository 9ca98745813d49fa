namespace Kafka.Modular.Core.Ids;

/// <summary>A partition of a topic, named as Kafka names its folder: <c>topic-partition</c>.</summary>
/// <param name="Topic">The topic's name; compared by ordinal.</param>
/// <param name="Partition">The partition's index, from 0.</param>
public readonly record struct TopicPartition(string Topic, int Partition)
{
    /// <summary>The folder name and the form used in logs: <c>orders-3</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Topic}-{Partition}");
}
