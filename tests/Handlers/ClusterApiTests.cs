using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests;

/// <summary>
/// DescribeCluster and InitProducerId.
/// <code>
/// DescribeCluster
///   MISMATCHED_ENDPOINT_TYPE, UNSUPPORTED_ENDPOINT_TYPE   A_brokers_listener_describes_brokers_alone
/// InitProducerId
///   INVALID_REQUEST                        A_producer_id_without_its_epoch_is_refused, An_empty_transactional_id_is_refused
///   TRANSACTIONAL_ID_AUTHORIZATION_FAILED  Transactions_are_refused_for_good
///   CLUSTER_AUTHORIZATION_FAILED           ClusterAccessTests
///   COORDINATOR_LOAD_IN_PROGRESS           (while the controller is away: needs a second broker)
/// </code>
/// </summary>
internal sealed class ClusterApiTests : BrokerFixture
{
    [Test]
    public async Task Every_version_describes_the_cluster([Range(0, 2)] short version)
    {
        var response = await Client.SendAsync(new DescribeClusterRequest(), version);
        var broker = response.Brokers.Single();
        Assert.That($"{broker.Host}:{broker.Port}", Is.EqualTo(BootstrapServers));
        Assert.That(response.ControllerId.Value, Is.EqualTo(broker.BrokerId.Value));
        Assert.That(response.ClusterId, Is.EqualTo((await Client.SendAsync(new MetadataRequest { Topics = [] })).ClusterId));
    }

    [TestCase(2, ErrorCode.MismatchedEndpointType)]
    [TestCase(9, ErrorCode.UnsupportedEndpointType)]
    public async Task A_brokers_listener_describes_brokers_alone(sbyte type, ErrorCode error)
        => Assert.That((await Client.SendAsync(new DescribeClusterRequest { EndpointType = type })).ErrorCode, Is.EqualTo(error));

    [Test]
    public async Task Every_version_gives_a_producer_id_that_nobody_else_has([Range(0, 5)] short version)
    {
        var ids = new HashSet<long>();
        for (var turn = 0; turn < 3; turn++)
        {
            var response = await Client.SendAsync(new InitProducerIdRequest { TransactionalId = null, TransactionTimeoutMs = 1_000 }, version);
            Assert.That((response.ErrorCode, response.ProducerEpoch), Is.EqualTo((ErrorCode.None, (short)0)));
            Assert.That(ids.Add(response.ProducerId.Value), Is.True);
        }
    }

    [Test]
    public async Task A_producer_id_is_used_up_block_by_block()
    {
        var ids = new HashSet<long>();
        for (var turn = 0; turn < 2_500; turn++)
        {
            ids.Add((await Client.SendAsync(new InitProducerIdRequest { TransactionalId = null })).ProducerId.Value);
        }

        Assert.That(ids, Has.Count.EqualTo(2_500));
        Assert.That(ids, Does.Not.Contain(-1L));
    }

    [Test]
    public async Task A_producer_id_without_its_epoch_is_refused()
        => Assert.That(
            (await Client.SendAsync(new InitProducerIdRequest { TransactionalId = null, ProducerId = new ProducerId(5) })).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    [Test]
    public async Task An_empty_transactional_id_is_refused()
        => Assert.That((await Client.SendAsync(new InitProducerIdRequest { TransactionalId = "" })).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));

    [Test]
    public async Task Transactions_are_refused_for_good()
    {
        var error = (await Client.SendAsync(new InitProducerIdRequest { TransactionalId = "t", TransactionTimeoutMs = 1_000 })).ErrorCode;
        Assert.That(error, Is.EqualTo(ErrorCode.TransactionalIdAuthorizationFailed));
        Assert.That(error.IsRetriable(), Is.False);
    }
}
