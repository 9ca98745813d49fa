using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Acls;

internal sealed class AclsWithoutAuthorizerTests : ToolFixture
{
    [Test]
    public async Task A_cluster_without_an_authorizer_says_so()
    {
        var run = await RunAsync("kafka-acls", "--list");
        Assert.That((run.ExitCode, run.Lines[0]), Is.EqualTo(
            (1, "Error while executing ACL command: org.apache.kafka.common.errors.SecurityDisabledException: No Authorizer is configured on the broker")));
    }
}
