using System.Diagnostics.Metrics;
using CsCheck;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Telemetry.Tests;

public sealed class InstrumentTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task A_counter_counts_what_all_threads_add()
    {
        var counter = new Counter();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 10_000; round++)
                counter.Add(3);
        })));
        Assert.That(counter.Value, Is.EqualTo(120_000));
    }

    [Test]
    public void Counting_and_observing_allocate_nothing()
    {
        var counter = new Counter();
        var histogram = new Histogram(_time);
        histogram.Observe(1);
        counter.Increment();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var value = 0; value < 1000; value++)
        {
            counter.Increment();
            histogram.Observe(value);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_quantile_is_exact_to_a_sixteenth() => Gen.Long[0, 1_000_000_000].Array[1, 200].Sample(values =>
    {
        var histogram = new Histogram(_time);
        foreach (var value in values)
            histogram.Observe(value);
        var snapshot = histogram.Read();
        Array.Sort(values);
        foreach (var part in new[] { 0.5, 0.75, 0.99, 0.999 })
        {
            var exact = values[Math.Max(1, (int)Math.Ceiling(values.Length * part)) - 1];
            Assert.That(snapshot.Quantile(part), Is.EqualTo((double)exact).Within(exact / 16.0));
        }

        Assert.That((snapshot.Count, snapshot.Sum), Is.EqualTo((values.Length, values.Sum())));
    });

    [Test]
    public void Every_value_falls_into_the_bucket_whose_middle_is_next_to_it() => Gen.UInt.Sample(value =>
    {
        var bucket = Histogram.BucketOf(value);
        Assert.That(bucket, Is.InRange(0, Histogram.BucketCount - 1));
        Assert.That(Histogram.MiddleOf(bucket), Is.EqualTo((double)value).Within(value / 16.0));
    });

    [Test]
    public void Quantiles_forget_what_is_older_than_six_minutes_and_counts_do_not()
    {
        var histogram = new Histogram(_time);
        histogram.Observe(1_000_000);
        for (var minute = 0; minute < 7; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            histogram.Read();
        }

        histogram.Observe(1);
        var snapshot = histogram.Read();
        Assert.That(snapshot.Quantile(0.999), Is.EqualTo(1));
        Assert.That(snapshot.Count, Is.EqualTo(2));
    }

    [Test]
    public void A_rate_is_the_growth_of_the_last_minute()
    {
        var value = 0.0;
        var rate = new Rate(_time, () => value);
        for (var second = 0; second < 120; second++)
        {
            value += second < 60 ? 100 : 5;
            _time.Advance(TimeSpan.FromSeconds(1));
            rate.Read();
        }

        Assert.That(rate.Read(), Is.EqualTo(5).Within(0.01));
    }

    [Test]
    public void Listeners_of_dotnet_get_the_same_numbers()
    {
        var registry = new MetricRegistry(_time);
        registry.Source(BrokerTopicDefinitions.MessagesIn, static sink =>
        {
            sink.Add(7, "");
            sink.Add(4, "orders");
        });
        using var bridge = new MeterBridge(registry, "1.0");
        var seen = new List<(string, double, string?)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == MeterBridge.MeterName && instrument.Name == BrokerTopicDefinitions.MessagesIn.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen.Add((instrument.Name, value, tags.Length == 0 ? null : (string?)tags[0].Value)));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.That(seen, Does.Contain((BrokerTopicDefinitions.MessagesIn.Name, 4.0, "orders")));
        Assert.That(seen, Does.Contain((BrokerTopicDefinitions.MessagesIn.Name, 7.0, (string?)null)));
    }
}
