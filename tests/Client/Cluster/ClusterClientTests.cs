using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Tests.Cluster;

internal sealed class ClusterClientTests : ClientFixture
{
    [Test]
    public async Task The_second_server_of_the_list_serves_where_the_first_is_not_there()
    {
        var peer = Peer();
        var client = Cluster(Options(new BrokerAddress("localhost", 1), peer.Address));
        var metadata = client.RefreshMetadataAsync([], CancellationToken.None).AsTask();
        var answering = AnswerMetadataAsync(peer, peer.Address);
        Assert.That((await ElapseUntilAsync(metadata)).Nodes.Keys, Is.EqualTo(new[] { 1 }));
        await answering;
    }

    [Test]
    public async Task A_request_whose_connection_is_lost_is_sent_again_over_a_new_one()
    {
        var peer = Peer();
        var client = Cluster(Options(peer.Address));
        var answer = client.SendAsync(RequestTarget.AnyNode, new ListGroupsRequest(), CancellationToken.None).AsTask();
        var first = await peer.AcceptedAsync();
        await first.ReadAsync();
        first.Transport.Abort();
        var again = peer.AcceptedAsync();
        await ElapseUntilAsync(again);
        var second = await again;
        await second.AnswerAsync(await second.ReadAsync(), new ListGroupsResponse { ErrorCode = ErrorCode.InvalidRequest });
        Assert.That((await ElapseUntilAsync(answer)).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task An_error_that_may_pass_is_tried_again_and_metadata_is_asked_for_first_where_it_shows_it_to_be_old()
    {
        var peer = Peer();
        var client = Cluster(Options(peer.Address));
        var answer = client.SendAsync(RequestTarget.Leader("t", 0), new OffsetForLeaderEpochRequest(), response => response.Topics[0].Partitions[0].ErrorCode, CancellationToken.None).AsTask();
        var asked = new List<ApiKey>();
        var serving = ServeAsync(peer, peer.Address, request =>
        {
            asked.Add(request.Key);
            return request.Key == ApiKey.OffsetForLeaderEpoch
                ? new OffsetForLeaderEpochResponse
                {
                    Topics = [new() { Topic = "t", Partitions = [new() { ErrorCode = asked.Count < 4 ? ErrorCode.NotLeaderOrFollower : ErrorCode.None, EndOffset = 5 }] }],
                }
                : null;
        });
        var response = await ElapseUntilAsync(answer);
        Assert.That(response.Topics[0].Partitions[0].EndOffset, Is.EqualTo(5));
        Assert.That(asked, Is.EqualTo(new[] { ApiKey.Metadata, ApiKey.OffsetForLeaderEpoch, ApiKey.Metadata, ApiKey.OffsetForLeaderEpoch }));
    }

    [Test]
    public async Task A_coordinator_that_has_moved_is_looked_for_again()
    {
        var peer = Peer();
        var client = Cluster(Options(peer.Address));
        var answer = client.SendAsync(RequestTarget.GroupCoordinator("g"), new HeartbeatRequest { GroupId = "g", MemberId = "m" }, response => response.ErrorCode, CancellationToken.None).AsTask();
        var asked = new List<ApiKey>();
        var serving = ServeAsync(peer, peer.Address, request =>
        {
            asked.Add(request.Key);
            return request.Key switch
            {
                ApiKey.FindCoordinator => new FindCoordinatorResponse
                {
                    Coordinators =
                    [
                        asked.Count == 1
                            ? new() { Key = "g", ErrorCode = ErrorCode.CoordinatorNotAvailable, Host = "" }
                            : new() { Key = "g", NodeId = (BrokerId)1, Host = "localhost", Port = peer.Address.Port },
                    ],
                },
                _ => new HeartbeatResponse { ErrorCode = asked.Count < 4 ? ErrorCode.NotCoordinator : ErrorCode.IllegalGeneration },
            };
        });
        Assert.That((await ElapseUntilAsync(answer)).ErrorCode, Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(asked, Is.EqualTo(new[] { ApiKey.FindCoordinator, ApiKey.FindCoordinator, ApiKey.Heartbeat, ApiKey.FindCoordinator, ApiKey.Heartbeat }));
    }

    [Test]
    public async Task A_cluster_that_nobody_answers_for_is_a_timeout_that_tells_the_last_reason()
    {
        var client = Cluster(Options(new BrokerAddress("localhost", 1)) with { ApiTimeout = TimeSpan.FromSeconds(3) });
        var answer = client.SendAsync(RequestTarget.Controller, new ListGroupsRequest(), CancellationToken.None).AsTask();
        await ElapseUntilAsync(Task.WhenAny(answer));
        var over = Assert.ThrowsAsync<KafkaClientException>(() => answer);
        Assert.That(over!.Code, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(over.Message, Does.Contain("ListGroups").And.Contain("localhost:1"));
    }

    [Test]
    public async Task A_caller_that_gives_up_is_told_so_and_nothing_is_left_behind()
    {
        var peer = Peer();
        var client = Cluster(Options(peer.Address));
        using var gaveUp = new CancellationTokenSource();
        var answer = client.SendAsync(RequestTarget.AnyNode, new ListGroupsRequest(), gaveUp.Token).AsTask();
        await (await peer.AcceptedAsync()).ReadAsync();
        await gaveUp.CancelAsync();
        Assert.That(async () => await answer, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_leader_of_the_past_is_not_believed()
    {
        var peer = Peer();
        var client = Cluster(Options(peer.Address));
        var epoch = 5;
        using var done = new CancellationTokenSource();
        var serving = ServeAsync(peer, peer.Address, request => request.Key == ApiKey.Metadata ? Metadata(peer.Address, epoch, leader: epoch == 5 ? 1 : 2) : null);
        var first = await ElapseUntilAsync(client.RefreshMetadataAsync(["t"], CancellationToken.None).AsTask());
        epoch = 4;
        var second = await ElapseUntilAsync(client.RefreshMetadataAsync(["t"], CancellationToken.None).AsTask());
        Assert.That(first.Topics["t"].Partitions[0].LeaderId, Is.EqualTo(1));
        Assert.That(second.Topics["t"].Partitions[0].LeaderEpoch, Is.EqualTo(5));
        Assert.That(serving.IsFaulted, Is.False);
    }

    private static MetadataResponse Metadata(BrokerAddress address, int epoch = 1, int leader = 1) => new()
    {
        ClusterId = "c",
        ControllerId = (BrokerId)1,
        Brokers = [new() { NodeId = (BrokerId)1, Host = address.Host, Port = address.Port }],
        Topics = [new() { Name = "t", Partitions = [new() { LeaderId = (BrokerId)leader, LeaderEpoch = epoch }] }],
    };

    private static async Task AnswerMetadataAsync(ScriptedPeer peer, BrokerAddress address)
    {
        var there = await peer.AcceptedAsync();
        await there.AnswerAsync(await there.ReadAsync(), Metadata(address));
    }

    private static async Task ServeAsync(ScriptedPeer peer, BrokerAddress address, Func<ScriptedRequest, IResponse?> answer)
    {
        var first = await peer.AcceptedAsync();
        var serving = ServeOneAsync(first);
        while (await Task.WhenAny(serving, peer.AcceptedAsync()) is Task<ScriptedConnection> { IsCompletedSuccessfully: true } another)
        {
            serving = Task.WhenAll(serving, ServeOneAsync(await another));
        }

        async Task ServeOneAsync(ScriptedConnection connection)
        {
            try
            {
                while (true)
                {
                    var request = await connection.ReadAsync();
                    await connection.AnswerAsync(request, answer(request) ?? Metadata(address));
                }
            }
            catch (IOException)
            {
                // The client has closed.
            }
        }
    }
}
