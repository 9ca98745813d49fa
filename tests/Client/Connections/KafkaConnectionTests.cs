using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Tests.Connections;

internal sealed class KafkaConnectionTests : ClientFixture
{
    [Test]
    public async Task Versions_are_negotiated_and_the_newest_common_one_is_used()
    {
        var peer = Peer(_ => new ApiVersionsResponse
        {
            ApiKeys = [new() { ApiKey = (short)ApiKey.ListGroups, MinVersion = 0, MaxVersion = 3 }],
        });
        var connection = await ConnectAsync(peer);
        var answer = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None);
        var there = await peer.AcceptedAsync();
        var request = await there.ReadAsync();
        Assert.That(request.Version, Is.EqualTo(3));
        Assert.That(request.ClientId, Is.EqualTo("test"));
        await there.AnswerAsync(request, new ListGroupsResponse { ErrorCode = ErrorCode.CoordinatorNotAvailable });
        Assert.That((await answer).ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }

    [TestCase((short)2, (short)2)]
    [TestCase((short)-1, (short)0)]
    public async Task A_broker_that_does_not_know_the_version_of_ApiVersions_is_asked_again_in_one_that_it_names(short named, short expected)
    {
        var asked = new List<short>();
        var peer = Peer(version =>
        {
            asked.Add(version);
            var old = new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion };
            if (named >= 0)
            {
                old.ApiKeys = [new() { ApiKey = (short)ApiKey.ApiVersions, MinVersion = 0, MaxVersion = named }];
            }

            return version <= Math.Max(named, (short)0) ? ScriptedPeer.AllVersions() : old;
        });
        await ConnectAsync(peer);
        Assert.That(asked, Is.EqualTo(new[] { MessageCatalog.Api(ApiKey.ApiVersions).HighestVersion, expected }));
    }

    [Test]
    public async Task Requests_leave_without_waiting_for_answers_and_each_gets_its_own()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        var answers = Enumerable.Range(0, 200)
            .Select(i => connection.SendAsync(new FindCoordinatorRequest { CoordinatorKeys = [$"{i}"] }, SendOptions.Default, CancellationToken.None).AsTask())
            .ToArray();
        var requests = new List<ScriptedRequest>();
        foreach (var _ in answers)
        {
            requests.Add(await there.ReadAsync());
        }

        foreach (var request in requests)
        {
            var key = ((FindCoordinatorRequest)request.Body).CoordinatorKeys[0];
            await there.AnswerAsync(request, new FindCoordinatorResponse { Coordinators = [new() { Key = key, Host = "h", Port = 1 }] });
        }

        for (var i = 0; i < answers.Length; i++)
        {
            Assert.That((await answers[i]).Coordinators[0].Key, Is.EqualTo($"{i}"));
        }

        Assert.That(connection.InFlight, Is.Zero);
    }

    [Test]
    public async Task Whoever_hangs_up_fails_all_that_is_under_way()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        var answers = Enumerable.Range(0, 3).Select(_ => SendAsync(connection)).ToArray();
        await there.ReadAsync();
        there.Transport.Abort();
        foreach (var answer in answers)
        {
            var lost = Assert.ThrowsAsync<KafkaClientException>(async () => await answer);
            Assert.That(lost!.Code, Is.EqualTo(ErrorCode.NetworkException));
            Assert.That(lost.IsRetriable);
        }

        Assert.That(connection.IsAlive, Is.False);
        Assert.ThrowsAsync<KafkaClientException>(() => SendAsync(connection));
    }

    [Test]
    public async Task A_response_that_takes_longer_than_the_timeout_ends_the_connection()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer, options => options with { RequestTimeout = TimeSpan.FromSeconds(5) });
        var there = await peer.AcceptedAsync();
        var answer = SendAsync(connection);
        await there.ReadAsync();
        Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.That(answer.IsCompleted, Is.False);
        Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => answer)!.Code, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(connection.IsAlive, Is.False);
    }

    [Test]
    public async Task A_canceled_request_leaves_the_connection_to_the_others()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        using var gaveUp = new CancellationTokenSource();
        var canceled = connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, gaveUp.Token).AsTask();
        var other = SendAsync(connection);
        var first = await there.ReadAsync();
        await gaveUp.CancelAsync();
        Assert.That(async () => await canceled, Throws.InstanceOf<OperationCanceledException>());
        await there.AnswerAsync(first, new ListGroupsResponse());
        await there.AnswerAsync(await there.ReadAsync(), new ListGroupsResponse { ErrorCode = ErrorCode.InvalidRequest });
        Assert.That((await other).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task A_response_to_nothing_that_was_asked_ends_the_connection()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        var answer = SendAsync(connection);
        var request = await there.ReadAsync();
        await there.AnswerAsync(request with { CorrelationId = request.CorrelationId + 7 }, new ListGroupsResponse());
        Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => answer)!.Message, Does.Contain("correlation id"));
    }

    [Test]
    public async Task A_response_that_cannot_be_read_ends_the_connection()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        var answer = SendAsync(connection);
        var request = await there.ReadAsync();
        await there.SendFrameAsync([.. BitConverter.GetBytes(request.CorrelationId).Reverse(), 0, 1]);
        Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => answer)!.Message, Does.Contain("ListGroups").And.Contain("cannot be read"));
        Assert.That(connection.IsAlive, Is.False);
    }

    [Test]
    public async Task Another_protocol_is_recognized_by_the_size_that_it_seems_to_announce()
    {
        var peer = Own(new ScriptedPeer(Network) { Versions = null });
        var connecting = ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        await there.Transport.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), CancellationToken.None);
        Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => connecting)!.Message, Does.Contain("may not be a Kafka broker"));
    }

    [Test]
    public async Task A_peer_that_takes_the_connection_and_keeps_silent_is_given_up()
    {
        var peer = Own(new ScriptedPeer(Network) { Versions = null });
        var connecting = ConnectAsync(peer);
        await peer.AcceptedAsync();
        await ElapseUntilAsync(Task.WhenAny(connecting));
        Assert.That(Assert.ThrowsAsync<KafkaClientException>(() => connecting)!.Code, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public void Nobody_at_the_address_is_a_network_error_that_names_it()
    {
        var nobody = new BrokerAddress("localhost", 1);
        var fault = Assert.ThrowsAsync<KafkaClientException>(async () => await KafkaConnection.ConnectAsync(nobody, Options(nobody), Parts, CancellationToken.None));
        Assert.That(fault!.Code, Is.EqualTo(ErrorCode.NetworkException));
        Assert.That(fault.Message, Does.Contain("localhost:1"));
    }

    [Test]
    public async Task A_connection_that_idles_too_long_is_closed()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer, options => options with { ConnectionsMaximumIdle = TimeSpan.FromMinutes(1) });
        Time.Advance(TimeSpan.FromSeconds(31));
        Time.Advance(TimeSpan.FromSeconds(28));
        Assert.That(connection.IsAlive);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.That(connection.IsAlive, Is.False);
    }

    [Test]
    public async Task A_request_without_answer_completes_when_it_has_left()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        await connection.SendOneWayAsync(new ProduceRequest { Acks = 0 }, SendOptions.Default, CancellationToken.None);
        var there = await peer.AcceptedAsync();
        Assert.That((await there.ReadAsync<ProduceRequest>()).Acks, Is.Zero);
        Assert.That(connection.InFlight, Is.Zero);
    }

    [Test]
    public async Task A_large_response_comes_as_one_frame_that_its_reader_disposes()
    {
        var peer = Peer();
        var connection = await ConnectAsync(peer);
        var there = await peer.AcceptedAsync();
        var answer = connection.ExchangeAsync(new FetchRequest(), SendOptions.Default, CancellationToken.None);
        var records = new byte[3_000_000];
        records.AsSpan().Fill(7);
        var request = await there.ReadAsync();
        await there.AnswerAsync(request, new FetchResponse { Responses = [new() { Partitions = [new() { Records = records }] }] });
        using var reply = await answer;
        Assert.That(reply.Response.Responses[0].Partitions[0].Records.ToArray(), Is.EqualTo(records));
    }

    [Test]
    public void A_security_protocol_without_its_security_is_refused_by_name()
    {
        var options = Options(new BrokerAddress("localhost", 1)) with { SecurityProtocol = "SASL_SSL" };
        var refused = Assert.ThrowsAsync<ClientConfigurationException>(
            async () => await KafkaConnection.ConnectAsync(options.BootstrapServers[0], options, Parts, CancellationToken.None));
        Assert.That(refused!.Message, Does.Contain("security.protocol").And.Contain("SASL_SSL"));
    }

    [Test]
    public async Task A_request_that_the_node_does_not_take_is_not_sent()
    {
        var peer = Peer(_ => new ApiVersionsResponse());
        var connection = await ConnectAsync(peer);
        Assert.That(() => SendAsync(connection), Throws.InstanceOf<UnsupportedVersionException>());
        Assert.That(connection.IsAlive);
    }

    private static Task<ListGroupsResponse> SendAsync(KafkaConnection connection) =>
        connection.SendAsync(new ListGroupsRequest(), SendOptions.Default, CancellationToken.None).AsTask();
}
