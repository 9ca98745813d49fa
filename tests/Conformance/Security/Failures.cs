using System.Globalization;
using System.Text;

namespace Kafka.Modular.Conformance.Security;

/// <summary>The ways in which a login fails. What the pages for operators say of them is made of this.</summary>
internal static class Failures
{
    public const string Kcat = "kcat";
    public const string Confluent = "Confluent.Kafka";
    public const string Python = "python3-kafka";
    public const string KafkaJs = "kafkajs";
    public const string Platformatic = "@platformatic/kafka";

    public static readonly string[] Clients = [Kcat, Confluent, Python, KafkaJs, Platformatic];

    /// <summary>A table for a page: what is wrong, what clients say, what the log says, what helps.</summary>
    public static string ToMarkdown(IEnumerable<FailureCase> cases)
    {
        StringBuilder table = new("| what is wrong | the client says | the log says | do this |\n| --- | --- | --- | --- |\n");
        foreach (FailureCase each in cases)
        {
            IEnumerable<string> says =
                from client in Clients
                group client by string.Join(" … ", each.Says[client].Select(static text => $"`{text}`")) into same
                select $"{string.Join(", ", same)}: {same.Key}";
            string logs = $"`… {each.Logs}`" + (each.LogsOfNode is { } ofNode ? $"; of clients on Node.js `… {ofNode}`" : "");
            table.Append(CultureInfo.InvariantCulture, $"| {each.Title} | {string.Join("<br>", says)} | {logs} | {each.Remedy} |\n");
        }

        return table.ToString();
    }
}
