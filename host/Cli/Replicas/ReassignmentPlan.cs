using System.Globalization;
using System.Text.Json;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Cli.Replicas;

/// <summary>Where a partition's replicas are to be; the directories are null where the file does not name them, <c>any</c> where it does not matter.</summary>
internal sealed record PlannedPartition(TopicPartition Partition, IReadOnlyList<int> Replicas, IReadOnlyList<string>? Directories = null)
{
    /// <summary>The partition as Kafka writes it.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Partition.Topic}-{Partition.Partition}");
}

/// <summary>The JSON file of <c>--reassignment-json-file</c>.</summary>
internal static class ReassignmentPlan
{
    /// <summary>Reads the file.</summary>
    /// <exception cref="ToolException">It is no such file, empty, or names something twice.</exception>
    public static IReadOnlyList<PlannedPartition> Read(string text)
    {
        PlannedPartition[] plan = [.. PartitionJson.Read(text, "partitions").Select(ReadOne)];
        if (plan.Length == 0)
            throw new ToolException("Partition reassignment list cannot be empty");
        if (plan.Any(static each => each.Replicas.Count == 0))
            throw new ToolException("Partition replica list cannot be empty");
        string[] twice = [.. plan.GroupBy(static each => each.Partition).Where(static group => group.Count() > 1).Select(static group => group.First().Name)];
        if (twice.Length > 0)
            throw new ToolException($"Partition reassignment contains duplicate topic partitions: {string.Join(',', twice)}");
        foreach (var each in plan)
        {
            int[] repeated = [.. each.Replicas.GroupBy(static id => id).Where(static group => group.Count() > 1).Select(static group => group.Key)];
            if (repeated.Length > 0)
                throw new ToolException($"Partition replica lists may not contain duplicate entries: {each.Name} contains multiple entries for {string.Join(',', repeated)}");
        }

        return [.. plan.OrderBy(static each => each.Partition.Topic, StringComparer.Ordinal).ThenBy(static each => each.Partition.Partition)];
    }

    /// <summary>Writes a plan as one line.</summary>
    public static string Format(IEnumerable<PlannedPartition> plan) => LogDirsTool.OneLine(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteStartArray("partitions");
        foreach (var each in plan)
            Write(json, each);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, PlannedPartition each)
    {
        json.WriteStartObject();
        json.WriteString("topic", each.Partition.Topic);
        json.WriteNumber("partition", each.Partition.Partition);
        json.WriteStartArray("replicas");
        foreach (var replica in each.Replicas)
            json.WriteNumberValue(replica);
        json.WriteEndArray();
        json.WriteStartArray("log_dirs");
        foreach (var directory in each.Directories ?? [.. each.Replicas.Select(static _ => "any")])
            json.WriteStringValue(directory);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static PlannedPartition ReadOne(JsonElement element)
    {
        var partition = new TopicPartition(PartitionJson.String(element, "topic"), (int)PartitionJson.Number(element, "partition"));
        if (!element.TryGetProperty("replicas", out var replicas) || replicas.ValueKind != JsonValueKind.Array
            || replicas.EnumerateArray().Any(static id => id.ValueKind != JsonValueKind.Number || !id.TryGetInt32(out _)))
        {
            throw new ToolException($"Expected `replicas` with a list of whole numbers in {element}");
        }

        int[] ids = [.. replicas.EnumerateArray().Select(static id => id.GetInt32())];
        if (!element.TryGetProperty("log_dirs", out var directories))
            return new PlannedPartition(partition, ids);
        if (directories.ValueKind != JsonValueKind.Array || directories.EnumerateArray().Any(static each => each.ValueKind != JsonValueKind.String))
            throw new ToolException($"Expected `log_dirs` with a list of texts in {element}");
        string[] paths = [.. directories.EnumerateArray().Select(static each => each.GetString()!)];
        if (paths.Length != ids.Length)
        {
            throw new ToolException(
                $"Size of replicas list [{string.Join(", ", ids)}] is different from size of log dirs list [{string.Join(", ", paths)}] for partition {partition.Topic}-{partition.Partition}");
        }

        return new PlannedPartition(partition, ids, paths);
    }
}
