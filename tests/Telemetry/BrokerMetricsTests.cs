using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Tests.Support;
using Kafka.Modular.Testing;

namespace Kafka.Modular.Telemetry.Tests;

/// <summary>The page of a whole broker: its form, its names, and that traffic moves the numbers.</summary>
public sealed class BrokerMetricsTests
{
    private readonly HttpClient _http = new();
    private EmbeddedKafka _kafka = null!;
    private WireClient _client = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _kafka = await EmbeddedKafka.StartAsync(new EmbeddedKafkaOptions
        {
            Configuration = new Dictionary<string, string>(StringComparer.Ordinal) { ["http.listeners"] = "localhost:0", ["compat.jvm-metrics"] = "true" },
        });
        _client = await WireClient.ConnectAsync(_kafka.BootstrapServers);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _http.Dispose();
        await _client.DisposeAsync();
        await _kafka.DisposeAsync();
    }

    [Test]
    public async Task The_page_is_valid_and_every_metric_on_it_is_in_the_catalog()
    {
        await TrafficAsync();
        var page = await ScrapeAsync();
        Assert.That(page.Families.Keys, Is.SubsetOf(MetricCatalog.All.Select(static metric => metric.Name)));
        Assert.That(ReferenceNames.OfBroker, Is.SubsetOf(page.Families.Keys));
        foreach (var metric in MetricCatalog.All.Where(metric => page.Families.ContainsKey(metric.Name)))
            Assert.That(page.Families[metric.Name], Is.EqualTo(metric.Kind.ToString().ToLowerInvariant()), metric.Name);
    }

    [Test]
    public async Task Every_metric_of_the_catalog_is_on_the_page_of_a_busy_broker()
    {
        await TrafficAsync();
        // A limit that is not set leaves nothing, without TLS there are no certificates, plugins that are part of the process are not reloaded, nobody says what software it is
        // or logs in again, and there is no authorizer.
        string[] absent =
        [
            "kafka_network_socketserver_memorypoolavailable", "kafka_modular_certificate_expiry_timestamp_seconds", "kafka_modular_certificate_reload_failures_total",
            "kafka_modular_plugin_generation", "kafka_modular_plugin_old_generations", "kafka_modular_plugin_reloads_total",
            "kafka_server_socket_server_metrics_reauthentication_latency_max", "kafka_server_socket_server_metrics_reauthentication_latency_avg", "kafka_server_socket_server_metrics_connections",
            .. AuthorizerDefinitions.All.Select(static metric => metric.Name),
        ];
        Assert.That(MetricCatalog.All.Select(static metric => metric.Name).Except((await ScrapeAsync()).Families.Keys).Except(absent), Is.Empty);
    }

    [Test]
    public async Task Producing_and_fetching_move_the_counters_of_the_topic_and_of_all()
    {
        var bytes = await TrafficAsync();
        var page = await ScrapeAsync();
        const string Topics = "kafka_server_brokertopicmetrics_";
        Assert.That(page.Value(Topics + "messagesin_total{topic=\"orders\"}"), Is.EqualTo(3));
        Assert.That(page.Value(Topics + "messagesin_total"), Is.GreaterThanOrEqualTo(3));
        Assert.That(page.Value(Topics + "bytesin_total{topic=\"orders\"}"), Is.EqualTo(bytes));
        Assert.That(page.Value(Topics + "bytesout_total{topic=\"orders\"}"), Is.EqualTo(bytes));
        Assert.That(page.Value(Topics + "totalproducerequests_total{topic=\"orders\"}"), Is.EqualTo(1));
        Assert.That(page.Value(Topics + "totalfetchrequests_total{topic=\"orders\"}"), Is.EqualTo(1));
        Assert.That(page.Value("kafka_topic_partition_current_offset{topic=\"orders\",partition=\"0\"}"), Is.EqualTo(3));
        Assert.That(page.Value("kafka_log_log_logendoffset{topic=\"orders\",partition=\"0\"}"), Is.EqualTo(3));
        Assert.That(page.Value("kafka_log_log_size{topic=\"orders\",partition=\"0\"}"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Requests_their_times_and_errors_are_counted_by_api()
    {
        await TrafficAsync();
        var page = await ScrapeAsync();
        const string Requests = "kafka_network_requestmetrics_";
        Assert.That(page.Value(Requests + "requests_total{request=\"Produce\",version=\"12\"}"), Is.EqualTo(1));
        Assert.That(page.Value(Requests + "errors_total{request=\"Produce\",error=\"NONE\"}"), Is.EqualTo(1));
        Assert.That(page.Value(Requests + "errors_total{request=\"CreateTopics\",error=\"NONE\"}"), Is.EqualTo(1));
        Assert.That(page.Value(Requests + "errors_total{request=\"OffsetCommit\",error=\"UNKNOWN_MEMBER_ID\"}"), Is.EqualTo(1));
        foreach (var kind in new[] { "Fetch", "FetchConsumer", "Produce" })
        {
            Assert.That(page.Value($"{Requests}totaltimems_count{{request=\"{kind}\"}}"), Is.EqualTo(1), kind);
            Assert.That(page.Value($"{Requests}totaltimems{{request=\"{kind}\",quantile=\"0.99\"}}"), Is.GreaterThan(0), kind);
            Assert.That(page.Value($"{Requests}requestbytes_count{{request=\"{kind}\"}}"), Is.EqualTo(1), kind);
        }
    }

    [Test]
    public async Task Connections_groups_controller_and_quorum_are_told()
    {
        await TrafficAsync();
        var page = await ScrapeAsync();
        Assert.That(page.Value("kafka_server_socket_server_metrics_connection_count{listener=\"PLAINTEXT\",networkProcessor=\"0\"}"), Is.EqualTo(1));
        Assert.That(page.Value("kafka_consumergroup_current_offset{consumergroup=\"billing\",topic=\"orders\",partition=\"0\"}"), Is.EqualTo(1));
        Assert.That(page.Value("kafka_consumergroup_lag{consumergroup=\"billing\",topic=\"orders\",partition=\"0\"}"), Is.EqualTo(2));
        Assert.That(page.Value("kafka_consumergroup_lag_sum{consumergroup=\"billing\",topic=\"orders\"}"), Is.EqualTo(2));
        Assert.That(page.Value("kafka_consumergroup_members{consumergroup=\"billing\"}"), Is.Zero);
        Assert.That(page.Value("kafka_controller_kafkacontroller_activecontrollercount"), Is.EqualTo(1));
        Assert.That(page.Value("kafka_server_raftmetrics_current_state{current_state=\"leader\"}"), Is.EqualTo(1));
        Assert.That(page.Value("kafka_server_raftmetrics_commit_latency_avg"), Is.GreaterThan(0));
        Assert.That(page.Value("kafka_server_replicamanager_leadercount"), Is.EqualTo(page.Value("kafka_server_replicamanager_partitioncount")));
        Assert.That(page.Value("kafka_server_replicamanager_underreplicatedpartitions"), Is.Zero);
        Assert.That(page.Value("kafka_server_kafkaserver_brokerstate"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_deleted_topic_leaves_the_page()
    {
        await TrafficAsync();
        await _client.SendAsync(new DeleteTopicsRequest { Topics = [new DeleteTopicsRequest.DeleteTopicState { Name = "orders" }], TimeoutMs = 10_000 });
        Assert.That((await ScrapeAsync()).Series.Keys.Where(static series => !series.StartsWith("kafka_consumergroup", StringComparison.Ordinal)), Has.None.Contains("orders"));
    }

    [Test]
    public async Task A_running_broker_is_healthy_and_ready()
    {
        Assert.That(await _http.GetStringAsync(Address("/readyz")), Is.EqualTo("ready\n"));
        Assert.That(await _http.GetStringAsync(Address("/healthz")), Is.EqualTo("ok\n"));
    }

    /// <summary>A topic, a batch of three records written and read, and a commit of the first; gives the batch's size.</summary>
    private async Task<int> TrafficAsync()
    {
        var topic = new CreateTopicsRequest.CreatableTopic { Name = "orders", NumPartitions = 1, ReplicationFactor = 1 };
        await _client.SendAsync(new CreateTopicsRequest { Topics = [topic], TimeoutMs = 10_000 });
        var builder = new RecordBatchBuilder(new RecordBatchOptions());
        for (var record = 0; record < 3; record++)
            builder.Append(1_700_000_000_000, null, "value"u8.ToArray());
        var batch = builder.Build().ToArray();
        var produce = new ProduceRequest { Acks = -1, TimeoutMs = 10_000 };
        produce.TopicData.Add(new ProduceRequest.TopicProduceData { Name = "orders", PartitionData = [new ProduceRequest.PartitionProduceData { Index = 0, Records = batch }] });
        Assert.That((await _client.SendAsync(produce, 12)).Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        var fetch = new FetchRequest { MaxWaitMs = 1000, MinBytes = 1, MaxBytes = 1 << 20, SessionEpoch = -1 };
        fetch.Topics.Add(new FetchRequest.FetchTopic { Topic = "orders", Partitions = [new FetchRequest.FetchPartition { Partition = 0, PartitionMaxBytes = 1 << 20 }] });
        Assert.That((await _client.SendAsync(fetch, 12)).Responses[0].Partitions[0].Records.Length, Is.EqualTo(batch.Length));
        await CommitAsync();
        return batch.Length;
    }

    private async Task CommitAsync()
    {
        // The first request for a coordinator makes its topic.
        await Eventually.UntilAsync(async () =>
            (await _client.SendAsync(new FindCoordinatorRequest { KeyType = 0, CoordinatorKeys = ["billing"] })).Coordinators[0].ErrorCode == ErrorCode.None);
        await Eventually.UntilAsync(async () => await CommitAsync("", -1) == ErrorCode.None);
        Assert.That(await CommitAsync("nobody", 5), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    private async Task<ErrorCode> CommitAsync(string member, int generation)
    {
        var request = new OffsetCommitRequest { GroupId = "billing", MemberId = member, GenerationIdOrMemberEpoch = generation };
        request.Topics.Add(new OffsetCommitRequest.OffsetCommitRequestTopic
        {
            Name = "orders", Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0, CommittedOffset = 1, CommittedMetadata = "" }],
        });
        return (await _client.SendAsync(request, 8)).Topics[0].Partitions[0].ErrorCode;
    }

    private async Task<Support.Exposition> ScrapeAsync() => new(await _http.GetStringAsync(Address("/metrics")));

    private Uri Address(string path) => new($"http://{_kafka.MonitoringEndPoints[0]}{path}");
}
