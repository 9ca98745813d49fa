using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kafka.Modular.Cli.Admin;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Replicas;

/// <summary><c>kafka-log-dirs</c> (KIP-113).</summary>
internal static class LogDirsTool
{
    private static readonly JsonWriterOptions s_oneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(ToolCall call)
    {
        call.Options.Require("bootstrap-server", "describe");
        var asked = ReadBrokers(call.Options.Value("broker-list"));
        await using var session = AdminSession.Open(call);
        int[] known = [.. (await session.LoadMetadataAsync([])).Nodes.Keys.Order()];
        int[] missing = [.. asked.Where(id => !known.Contains(id))];
        if (missing.Length > 0)
        {
            throw new ToolException(
                $"ERROR: The given brokers do not exist from --broker-list: {string.Join(',', missing)}. Current existent brokers: {string.Join(',', known)}");
        }

        var brokers = asked.Length == 0 ? known : asked;
        if (!call.Options.IsJson)
            call.Out.WriteLine("Querying brokers for log directories information");
        var found = new List<(int Broker, IReadOnlyList<DescribeLogDirsResponse.DescribeLogDirsResult> Directories)>();
        foreach (var broker in brokers)
        {
            var response = await session.SendAsync(RequestTarget.Node(broker), new DescribeLogDirsRequest { Topics = null }, static response => response.ErrorCode);
            AdminSession.Check(response.ErrorCode);
            found.Add((broker, response.Results));
        }

        string[] topics = [.. (call.Options.Value("topic-list") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        if (!call.Options.IsJson)
            call.Out.WriteLine($"Received log directory information from brokers {string.Join(',', brokers)}");
        if (call.Options.IsJson)
            OutputTable.WriteJson(call.Out, json => Write(json, found, topics));
        else
            call.Out.WriteLine(OneLine(json => Write(json, found, topics)));
        return ExitCodes.Done;
    }

    /// <summary>JSON without line breaks.</summary>
    public static string OneLine(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, s_oneLine))
            write(json);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static int[] ReadBrokers(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(static id => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var broker) ? broker : throw new ToolException($"For input string: \"{id}\"")),
    ];

    private static void Write(Utf8JsonWriter json, List<(int Broker, IReadOnlyList<DescribeLogDirsResponse.DescribeLogDirsResult> Directories)> brokers, string[] topics)
    {
        json.WriteStartObject();
        json.WriteStartArray("brokers");
        foreach (var (broker, directories) in brokers)
        {
            json.WriteStartObject();
            json.WriteNumber("broker", broker);
            json.WriteStartArray("logDirs");
            foreach (var directory in directories)
                WriteDirectory(json, directory, topics);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("version", 1);
        json.WriteEndObject();
    }

    private static void WriteDirectory(Utf8JsonWriter json, DescribeLogDirsResponse.DescribeLogDirsResult directory, string[] topics)
    {
        json.WriteStartObject();
        json.WriteStartArray("partitions");
        foreach (var topic in directory.Topics.Where(topic => topics.Length == 0 || topics.Contains(topic.Name)))
        {
            foreach (var partition in topic.Partitions)
            {
                json.WriteStartObject();
                json.WriteString("partition", string.Create(CultureInfo.InvariantCulture, $"{topic.Name}-{partition.PartitionIndex}"));
                json.WriteNumber("size", partition.PartitionSize);
                json.WriteNumber("offsetLag", partition.OffsetLag);
                json.WriteBoolean("isFuture", partition.IsFutureKey);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        if (directory.ErrorCode == ErrorCode.None)
            json.WriteNull("error");
        else
            json.WriteString("error", $"org.apache.kafka.common.errors.{JavaErrors.Name(directory.ErrorCode)}");
        json.WriteString("logDir", directory.LogDir);
        json.WriteEndObject();
    }
}
