using System.Net;
using System.Net.Sockets;
using System.Text;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Http;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Telemetry.Tests;

public sealed class MonitoringServerTests : IAsyncDisposable
{
    private readonly BufferPool _buffers = new(new BufferPoolOptions { Checked = true });
    private readonly MetricRegistry _registry = new();
    private readonly HttpClient _client = new();
    private MonitoringServer? _server;
    private bool _isReady;

    [TearDown]
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _buffers.ThrowIfRented();
    }

    [Test]
    public async Task Metrics_are_served_as_text_that_says_its_version()
    {
        _registry.Read(LogDefinitions.OfflineLogDirectoryCount, static () => 2);
        await StartAsync();
        using var response = await _client.GetAsync(Address("/metrics"));
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("kafka_log_logmanager_offlinelogdirectorycount 2\n"));
    }

    [Test]
    public async Task Readiness_follows_the_broker()
    {
        await StartAsync();
        using var before = await _client.GetAsync(Address("/readyz"));
        _isReady = true;
        using var after = await _client.GetAsync(Address("/readyz"));
        using var health = await _client.GetAsync(Address("/healthz"));
        Assert.That((before.StatusCode, after.StatusCode, health.StatusCode), Is.EqualTo((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK, HttpStatusCode.OK)));
        Assert.That(await before.Content.ReadAsStringAsync(), Is.EqualTo("starting\n"));
    }

    [Test]
    public async Task Other_paths_and_methods_are_refused()
    {
        await StartAsync();
        using var missing = await _client.GetAsync(Address("/other"));
        using var post = await _client.PostAsync(Address("/metrics"), new StringContent("x"));
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, Address("/healthz?verbose=1")));
        Assert.That((missing.StatusCode, post.StatusCode, head.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed, HttpStatusCode.OK)));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(3));
    }

    [TestCase("nonsense\r\n\r\n", "HTTP/1.1 400")]
    [TestCase("GET /healthz HTTP/1.0\r\n\r\n", "HTTP/1.1 200")]
    [TestCase("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 200")]
    public async Task A_connection_ends_where_it_should(string request, string answer) => Assert.That(await ExchangeAsync(request), Does.StartWith(answer));

    [Test]
    public async Task A_head_that_is_too_long_ends_the_connection() =>
        Assert.That(await ExchangeAsync("GET /healthz HTTP/1.1\r\nX: " + new string('x', 8192)), Does.StartWith("HTTP/1.1 431"));

    [Test]
    public async Task Pipelined_requests_are_answered_in_order() =>
        Assert.That(
            (await ExchangeAsync("GET /healthz HTTP/1.1\r\n\r\nGET /readyz HTTP/1.1\r\nConnection: close\r\n\r\n")).Split("HTTP/1.1 "),
            Has.Length.EqualTo(3));

    [Test]
    public async Task A_source_that_fails_costs_its_page_alone()
    {
        _registry.Source(LogDefinitions.Size, static _ => throw new InvalidOperationException("broken"));
        await StartAsync();
        using var metrics = await _client.GetAsync(Address("/metrics"));
        using var health = await _client.GetAsync(Address("/healthz"));
        Assert.That((metrics.StatusCode, health.StatusCode), Is.EqualTo((HttpStatusCode.InternalServerError, HttpStatusCode.OK)));
    }

    [Test]
    public async Task An_address_that_is_taken_is_named()
    {
        await StartAsync();
        var taken = HttpEndpoint.Parse($"127.0.0.1:{_server!.EndPoints[0].Port}");
        Assert.That(
            async () => await MonitoringServer.StartAsync(Parts(), [taken], CancellationToken.None),
            Throws.TypeOf<HttpListenerFailedException>().With.Message.Contains($"http.listeners: {taken} cannot be opened: another process listens there"));
    }

    [TestCase("localhost:9404", "localhost", 9404)]
    [TestCase(":9404", "", 9404)]
    [TestCase("[::1]:0", "::1", 0)]
    public void An_address_is_host_and_port(string text, string host, int port) => Assert.That(HttpEndpoint.Parse(text), Is.EqualTo(new HttpEndpoint(host, port)));

    [TestCase("localhost")]
    [TestCase("localhost:port")]
    [TestCase("localhost:70000")]
    public void Another_form_of_address_is_refused(string text) => Assert.That(() => HttpEndpoint.Parse(text), Throws.TypeOf<HttpListenerFailedException>());

    private async Task<string> ExchangeAsync(string request)
    {
        await StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(_server!.EndPoints[0]);
        await tcp.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(tcp.GetStream());
        return await reader.ReadToEndAsync();
    }

    private Uri Address(string path) => new($"http://{_server!.EndPoints[0]}{path}");

    private async Task StartAsync() => _server = await MonitoringServer.StartAsync(Parts(), [new HttpEndpoint("localhost", 0)], CancellationToken.None);

    private MonitoringParts Parts() => new()
    {
        Registry = _registry,
        Health = static () => new HealthReport(true, "ok"),
        Readiness = () => _isReady ? new HealthReport(true, "ready") : new HealthReport(false, "starting"),
        Network = new SocketNetwork(),
        Buffers = _buffers,
        Time = TimeProvider.System,
        Logger = NullLogger.Instance,
    };
}
