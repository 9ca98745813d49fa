using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>Tries once to log in, and writes what the library says of it.</summary>
internal sealed class Refused(ClientOptions options)
{
    public string Run()
    {
        using BlockingCollection<string> ended = [];
        ProducerConfig config = options.Secure(new ProducerConfig
        {
            BrokerAddressFamily = BrokerAddressFamily.V4, ReconnectBackoffMs = 60_000, ReconnectBackoffMaxMs = 60_000,
        });
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetErrorHandler((_, error) =>
            {
                Console.WriteLine($"error {error.Code}: {error.Reason}");

                // This one follows the one that tells why.
                if (error.Code == ErrorCode.Local_AllBrokersDown)
                {
                    ended.Add("refused");
                }
            })
            .SetLogHandler((_, message) => Console.WriteLine($"log {message.Level} {message.Facility}: {message.Message}"))
            .Build();
        producer.Produce(options.Topic, Records.Of(0), report => ended.Add(report.Error.IsError ? "refused" : "let in"));
        return ended.TryTake(out string? verdict, options.Deadline - DateTime.UtcNow) ? verdict : throw new TimeoutException("neither refused nor let in");
    }
}
