using System.Globalization;
using System.Text;
using Kafka.Modular.Conformance.Clients;

namespace Kafka.Modular.Conformance.Security;

/// <summary>The table of logins: each client with each mechanism over each protocol. The page on clients is made of it.</summary>
internal static class LoginMatrix
{
    /// <summary>The columns. With mTLS and SASL_SSL a client shows its certificate and logs in with PLAIN.</summary>
    public static readonly (string Mechanism, string Protocol)[] Columns =
    [
        ("PLAIN", "SASL_PLAINTEXT"),
        ("PLAIN", "SASL_SSL"),
        ("SCRAM-SHA-256", "SASL_PLAINTEXT"),
        ("SCRAM-SHA-256", "SASL_SSL"),
        ("SCRAM-SHA-512", "SASL_PLAINTEXT"),
        ("SCRAM-SHA-512", "SASL_SSL"),
        (LoginCell.MutualTls, "SSL"),
        (LoginCell.MutualTls, "SASL_SSL"),
    ];

    /// <summary>The rows.</summary>
    public static readonly Dictionary<string, Func<ClientProgram>> Clients = new(StringComparer.Ordinal)
    {
        ["kcat"] = static () => ClientProgram.Kcat,
        ["Confluent.Kafka"] = static () => ClientProgram.Confluent,
        ["python3-kafka"] = static () => ClientProgram.Python,
        ["kafkajs"] = static () => ClientProgram.KafkaJs,
        ["@platformatic/kafka"] = static () => ClientProgram.Platformatic,
    };

    /// <summary>What a client does not support, with what its documentation says of it. None so far.</summary>
    private static readonly LoginCell[] s_missing = [];

    public static IEnumerable<LoginCell> Cells() =>
        from client in Clients.Keys
        from column in Columns
        select s_missing.FirstOrDefault(cell => (cell.Client, cell.Mechanism, cell.Protocol) == (client, column.Mechanism, column.Protocol))
            ?? new LoginCell(client, column.Mechanism, column.Protocol);

    public static IEnumerable<TestCaseData> Supported() =>
        from cell in Cells()
        where cell.Missing is null
        select new TestCaseData(cell).SetName($"{{m}}({cell.Client}, {cell.Mechanism}, {cell.Protocol})");

    /// <summary>The table as the page on clients shows it.</summary>
    public static string ToMarkdown()
    {
        StringBuilder table = new();
        table.Append("| client | version |").AppendJoin("", Columns.Select(static column => $" {column.Mechanism}, {column.Protocol} |")).Append('\n');
        table.Append("| --- | --- |").AppendJoin("", Columns.Select(static _ => " --- |")).Append('\n');
        foreach (IGrouping<string, LoginCell> row in Cells().GroupBy(static cell => cell.Client))
        {
            table.Append(CultureInfo.InvariantCulture, $"| {row.Key} | {ClientVersions.Of(row.Key)} |").AppendJoin("", row.Select(static cell => $" {cell.Missing ?? "yes"} |")).Append('\n');
        }

        return table.ToString();
    }
}
