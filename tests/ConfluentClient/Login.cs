using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>Logs in, writes some records and reads them in a group, with whatever security the options say.</summary>
internal sealed class Login(ClientOptions options)
{
    public Ledger Run()
    {
        Produce();
        Ledger ledger = new();
        Member member = new(options, options.Topic + "-group", "only", ledger);
        options.Until(
            () => $"{ledger.Count} of {options.Records} records received",
            () => member.Assigned >= 0 && ledger.Count >= options.Records);
        member.Leave();
        ledger.CheckOrder();
        return ledger;
    }

    private void Produce()
    {
        ProducerConfig config = options.Secure(new ProducerConfig { EnableIdempotence = true, LingerMs = 5 });
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(config)
            .SetLogHandler((_, message) => Console.WriteLine(message.Message))
            .Build();
        Error? failure = null;
        for (int index = 0; index < options.Records; index++)
        {
            producer.Produce(options.Topic, Records.Of(index), report => failure ??= report.Error.IsError ? report.Error : null);
        }

        TimeSpan left = options.Deadline - DateTime.UtcNow;
        int unsent = producer.Flush(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        if (failure is not null || unsent > 0)
        {
            throw new InvalidDataException($"{failure}, {unsent} records not sent");
        }
    }
}
