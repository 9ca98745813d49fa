using Kafka.Modular.Metadata.Records;

namespace Kafka.Modular.Controller;

/// <summary>What an operation decided: the records that make it so, and the answer to give once they are committed.</summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="Records">The records, appended together or not at all; none when nothing changes.</param>
/// <param name="Answer">The answer.</param>
internal readonly record struct ControllerResult<T>(IReadOnlyList<MetadataRecord> Records, T Answer)
{
    public static ControllerResult<T> NoChange(T answer) => new([], answer);
}
