using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Security;

internal sealed class SecurityMetricsTests : SaslFixture
{
    private const string Bean = "{config=\"authorizer.class.name\",class=\"StandardAuthorizer\",role=\"broker\"} ";

    protected override Dictionary<string, string> Configuration => new()
    {
        ["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer", ["super.users"] = "User:alice", ["http.listeners"] = "localhost:0",
    };

    [Test]
    public async Task Decisions_and_acls_are_counted_under_Kafkas_names()
    {
        var alice = await ConnectAsync();
        await LoginAsync(alice);
        var bob = await ConnectAsync();
        await LoginAsync(bob, "bob", "bob-s3cret");
        await alice.SendAsync(new CreateAclsRequest
        {
            Creations = [new() { ResourceType = 2, ResourceName = "orders", ResourcePatternType = 3, Principal = "User:bob", Host = "*", Operation = 3, PermissionType = 3 }],
        });
        await bob.SendAsync(new CreateTopicsRequest { Topics = [new() { Name = "no", NumPartitions = 1, ReplicationFactor = 1 }], TimeoutMs = 1000 });
        await Eventually.UntilAsync(async () =>
        {
            var page = await PageAsync();
            return page.Contains($"kafka_server_plugins_acls_total_count{Bean}1\n", StringComparison.Ordinal)
                && Value(page, "authorization_allowed") > 0 && Value(page, "authorization_denied") > 0 && Value(page, "authorization_request") > Value(page, "authorization_denied");
        });
    }

    [Test]
    public async Task Open_connections_are_counted_by_the_clients_software()
    {
        var series = "kafka_server_socket_server_metrics_connections{clientSoftwareName=\"wire\",clientSoftwareVersion=\"1.0\",listener=\"SASL_PLAINTEXT\",networkProcessor=\"0\"} ";
        var client = await ConnectAsync();
        await client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "wire", ClientSoftwareVersion = "1.0" });
        Assert.That(await PageAsync(), Does.Contain(series + "1\n"));
        await client.DisposeAsync();
        await Eventually.UntilAsync(async () => !(await PageAsync()).Contains(series, StringComparison.Ordinal));
    }

    private static double Value(string page, string name)
    {
        var start = $"kafka_server_plugins_{name}_rate_per_minute{Bean}";
        var line = page.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal));
        return double.Parse(line[start.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<string> PageAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://{Kafka.MonitoringEndPoints[0]}/metrics");
    }
}
