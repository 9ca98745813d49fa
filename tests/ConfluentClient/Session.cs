using System.Globalization;
using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>Writes a record now and then over more than a session's lifetime, perhaps as another user from the second one on, and writes what the library says meanwhile.</summary>
internal sealed class Session(ClientOptions options)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    public async Task<object> RunAsync()
    {
        using CancellationTokenSource ended = new();
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(options.Secure(new ProducerConfig { LingerMs = 0 }))
            .SetErrorHandler((_, error) =>
            {
                Console.WriteLine($"error {error.Code}: {error.Reason}");
                if (error.Code == ErrorCode.Local_Authentication)
                {
                    ended.Cancel();
                }
            })
            .SetLogHandler((_, message) => Console.WriteLine($"log {message.Level} {message.Facility}: {message.Message}"))
            .Build();
        ended.CancelAfter(TimeSpan.FromSeconds(double.Parse(options.Text("seconds"), CultureInfo.InvariantCulture)));
        using PeriodicTimer pace = new(s_pause);
        int sent = 0;
        try
        {
            do
            {
                await producer.ProduceAsync(options.Topic, Records.Of(sent), ended.Token);
                sent++;
                if (options.Find("next-user") is { } next)
                {
                    producer.SetSaslCredentials(next, options.Text("password"));
                }
            }
            while (await pace.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException)
        {
            // The time is up, or the broker has refused the login.
        }

        return new { verdict = "ended", records = sent };
    }
}
