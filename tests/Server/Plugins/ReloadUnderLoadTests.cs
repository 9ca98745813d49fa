using Confluent.Kafka;

namespace Kafka.Modular.Server.Tests.Plugins;

[Category("real")]
public sealed class ReloadUnderLoadTests
{
    private const int Records = 3000;
    private const int Reloads = 3;

    private readonly List<Error> _errors = [];
    private ReloadFixture _fixture = null!;

    [SetUp]
    public async Task StartAsync() => _fixture = await ReloadFixture.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _fixture.DisposeAsync();

    [Test]
    public async Task Clients_that_produce_and_consume_see_no_error_while_a_generation_is_replaced()
    {
        var received = ConsumeAsync();
        var delivered = 0;
        for (var part = 0; part <= Reloads; part++)
        {
            // A client that was there before goes on while the next generation comes, and others log in with it.
            using var producer = new ProducerBuilder<Null, int>(Settings<ProducerConfig>()).SetErrorHandler((_, error) => OnError(error)).Build();
            var sending = new List<Task<DeliveryResult<Null, int>>>();
            Task<Server.Plugins.PluginReport>? reload = null;
            for (var record = 0; record < Records / (Reloads + 1); record++)
            {
                sending.Add(producer.ProduceAsync("load", new Message<Null, int> { Value = delivered + record }));
                if (record == 100 && part < Reloads)
                {
                    _fixture.Install(part % 2 == 0 ? "2.0.0" : "1.0.0");
                    reload = Task.Run(_fixture.ReloadAsync);
                }

                if (record % 50 == 0)
                    await sending[^1];
            }

            await Task.WhenAll(sending);
            delivered += sending.Count;
            if (reload is not null)
                Assert.That((await reload).IsDone, string.Join("; ", (await reload).Lines));
        }

        Assert.That(await received, Is.EqualTo(Enumerable.Range(0, delivered)));
        Assert.That(_fixture.Plugins.Number, Is.EqualTo(1 + Reloads));
        Assert.That(_errors, Is.Empty);
        await _fixture.WaitUntilUnloadedAsync();
    }

    private void OnError(Error error)
    {
        lock (_errors)
            _errors.Add(error);
    }

    private T Settings<T>()
        where T : ClientConfig, new() => new()
    {
        BootstrapServers = _fixture.Broker.BootstrapServers,
        SecurityProtocol = SecurityProtocol.SaslPlaintext,
        SaslMechanism = SaslMechanism.Plain,
        SaslUsername = "alice",
        SaslPassword = "alice-secret",
    };

    private Task<List<int>> ConsumeAsync()
    {
        var settings = Settings<ConsumerConfig>();
        settings.GroupId = "load";
        settings.AllowAutoCreateTopics = true;
        settings.AutoOffsetReset = AutoOffsetReset.Earliest;
        settings.TopicMetadataRefreshIntervalMs = 100;
        return Task.Run(() =>
        {
            // Until the producer has made the topic, the consumer is told that there is none.
            using var consumer = new ConsumerBuilder<Ignore, int>(settings).SetErrorHandler((_, error) => OnError(error)).Build();
            consumer.Subscribe("load");
            var values = new List<int>();
            var deadline = DateTime.UtcNow.AddMinutes(2);
            while (values.Count < Records && DateTime.UtcNow < deadline)
            {
                try
                {
                    if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { Message: { } message })
                        values.Add(message.Value);
                }
                catch (ConsumeException early) when (early.Error.Code == ErrorCode.UnknownTopicOrPart && values.Count == 0)
                {
                    // Asked again.
                }
            }

            consumer.Close();
            return values;
        });
    }
}
