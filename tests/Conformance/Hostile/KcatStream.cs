using System.Globalization;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>A client that behaves: kcat produces numbered records, one after the other, and another kcat consumes them at the same time.</summary>
internal sealed class KcatStream : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _producer;
    private readonly ChildProcess _consumer;
    private int _written;

    private KcatStream(ChildProcess producer, ChildProcess consumer)
    {
        _producer = producer;
        _consumer = consumer;
    }

    /// <summary>Records that were given to the producer.</summary>
    public int Written => _written;

    /// <summary>Starts both; the consumer has what was produced first when it returns.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="topic">A topic that is not there yet.</param>
    /// <param name="properties">How to connect, as librdkafka's <c>key=value</c>.</param>
    public static async Task<KcatStream> StartAsync(BrokerProcess broker, string topic, params string[] properties)
    {
        string[] options = ["-b", broker.Bootstrap, "-t", topic, "-p", "0", .. properties.SelectMany(static property => new[] { "-X", property })];
        await using (ChildProcess first = ChildProcess.Start("kcat -P", "kcat", ["-P", .. options]))
        {
            first.WriteLine("record 0");
            first.CloseInput();
            int exitCode = await first.ExitAsync(s_limit);
            Assert.That(exitCode, Is.Zero, first.Output);
        }

        ChildProcess producer = ChildProcess.Start("kcat -P", "kcat", ["-P", "-X", "acks=all", "-X", "enable.idempotence=true", "-X", "linger.ms=5", .. options]);
        ChildProcess consumer = ChildProcess.Start("kcat -C", "kcat", ["-C", "-u", "-o", "beginning", "-f", "%o %s\n", .. options]);
        KcatStream stream = new(producer, consumer) { _written = 1 };
        await consumer.LineAsync("the first record", static line => line == "0 record 0", s_limit);
        return stream;
    }

    public void Write(int records)
    {
        for (; records > 0; records--)
        {
            _producer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"record {_written++}"));
        }
    }

    /// <summary>Ends the producer, and waits until every record was consumed, in order and once.</summary>
    public async Task FinishAsync()
    {
        _producer.CloseInput();
        int exitCode = await _producer.ExitAsync(s_limit);
        Assert.That(exitCode, Is.Zero, _producer.Output);
        string last = string.Create(CultureInfo.InvariantCulture, $"{_written - 1} record {_written - 1}");
        await _consumer.LineAsync("the last record", line => line == last, s_limit);
        string[] lines = [.. _consumer.AllOutput.Split('\n').Where(static line => line.Contains("record", StringComparison.Ordinal))];
        Assert.That(lines, Is.EqualTo(Enumerable.Range(0, _written).Select(static number => string.Create(CultureInfo.InvariantCulture, $"{number} record {number}"))));
        Assert.That(_producer.AllOutput + _consumer.AllOutput, Does.Not.Contain("ERROR"));
    }

    public async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await _consumer.DisposeAsync();
    }
}
