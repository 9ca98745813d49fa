using System.Text.Json;
using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Verifiable;

internal sealed class VerifiableToolsTests : ToolFixture
{
    [Test]
    public async Task Both_tell_in_JSON_what_they_did()
    {
        await CreateTopicAsync("v");
        var sent = Events((await RunAsync("kafka-verifiable-producer", "--topic v --max-messages 5 --value-prefix 7 --repeating-keys 2")).Succeeded());
        Assert.That(sent.Select(Name), Is.EqualTo(new[]
        {
            "startup_complete", "producer_send_success", "producer_send_success", "producer_send_success", "producer_send_success", "producer_send_success", "shutdown_complete", "tool_data",
        }));
        Assert.That(sent[2].GetProperty("value").GetString(), Is.EqualTo("7.1"));
        Assert.That(sent[3].GetProperty("key").GetString(), Is.EqualTo("0"));
        Assert.That(sent[^1].GetProperty("acked").GetInt64(), Is.EqualTo(5));
        var read = Events((await RunAsync("kafka-verifiable-consumer", "--topic v --group-id g --max-messages 5 --verbose")).Succeeded());
        Assert.That(read.Select(Name).Distinct(), Is.SupersetOf(new[]
        {
            "startup_complete", "partitions_assigned", "record_data", "records_consumed", "offsets_committed", "partitions_revoked", "shutdown_complete",
        }));
        Assert.That(read.First(each => Name(each) == "record_data").GetProperty("value").GetString(), Is.EqualTo("7.0"));
        var committed = read.Last(each => Name(each) == "offsets_committed");
        Assert.That(committed.GetProperty("success").GetBoolean());
        Assert.That(committed.GetProperty("offsets")[0].GetProperty("offset").GetInt64(), Is.EqualTo(5));
    }

    [Test]
    public async Task A_record_that_is_refused_is_told()
    {
        (await RunAsync("kafka-topics", "--create --topic small --config max.message.bytes=10")).Succeeded();
        var events = Events((await RunAsync("kafka-verifiable-producer", "--topic small --max-messages 1")).Succeeded());
        var error = events.Single(each => Name(each) == "producer_send_error");
        Assert.That(error.GetProperty("exception").GetString(), Is.EqualTo("MESSAGE_TOO_LARGE"));
        Assert.That(events[^1].GetProperty("acked").GetInt64(), Is.Zero);
    }

    private static JsonElement[] Events(ToolRun run) => [.. run.Lines.Select(static line => JsonDocument.Parse(line).RootElement)];

    private static string? Name(JsonElement element) => element.GetProperty("name").GetString();
}
