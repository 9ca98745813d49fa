using Confluent.Kafka;
using Kafka.Modular.Testing;

await using var kafka = await EmbeddedKafka.StartAsync();

using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build();
await producer.ProduceAsync("greetings", new Message<string, string> { Key = "first", Value = "hello" });

using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
{
    BootstrapServers = kafka.BootstrapServers,
    GroupId = "sample",
    AutoOffsetReset = AutoOffsetReset.Earliest,
}).Build();
consumer.Subscribe("greetings");
var record = consumer.Consume(TimeSpan.FromSeconds(20));
Console.WriteLine($"{record.Message.Key}: {record.Message.Value}");
consumer.Close();
