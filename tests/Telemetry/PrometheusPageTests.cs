using System.Buffers;
using System.Text;
using Kafka.Modular.Telemetry.Catalog;
using Kafka.Modular.Telemetry.Exposition;
using Kafka.Modular.Telemetry.Instruments;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Telemetry.Tests;

public sealed class PrometheusPageTests
{
    private readonly MetricRegistry _registry = new(new FakeTimeProvider());

    [Test]
    public void A_series_without_a_topic_has_no_label_for_it()
    {
        _registry.Source(BrokerTopicDefinitions.MessagesIn, static sink =>
        {
            sink.Add(3, "");
            sink.Add(1, "or\"ders\\\n");
        });
        Assert.That(Page(), Is.EqualTo(
            """
            # HELP kafka_server_brokertopicmetrics_messagesin_total Records appended.
            # TYPE kafka_server_brokertopicmetrics_messagesin_total counter
            kafka_server_brokertopicmetrics_messagesin_total 3
            kafka_server_brokertopicmetrics_messagesin_total{topic="or\"ders\\\n"} 1

            """));
    }

    [Test]
    public void A_summary_has_its_quantiles_sum_and_count()
    {
        var histogram = new Histogram(_registry.Time);
        histogram.Observe(2000);
        _registry.Source(RequestDefinitions.TotalTime, sink => sink.AddSummary(histogram.Read(), 0.001, "Produce"));
        var page = new Support.Exposition(Page());
        Assert.That(page.Value("kafka_network_requestmetrics_totaltimems{request=\"Produce\",quantile=\"0.999\"}"), Is.EqualTo(2).Within(0.125));
        Assert.That(page.Value("kafka_network_requestmetrics_totaltimems_sum{request=\"Produce\"}"), Is.EqualTo(2));
        Assert.That(page.Value("kafka_network_requestmetrics_totaltimems_count{request=\"Produce\"}"), Is.EqualTo(1));
    }

    [Test]
    public void A_metric_without_series_leaves_no_line()
    {
        _registry.Source(LogDefinitions.Size, static _ => { });
        Assert.That(Page(), Is.Empty);
    }

    [TestCase(0.5, "0.5")]
    [TestCase(1e15, "1000000000000000")]
    [TestCase(-1, "-1")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "+Inf")]
    [TestCase(1e300, "1E+300")]
    public void Numbers_are_written_as_prometheus_reads_them(double value, string text)
    {
        _registry.Read(LogDefinitions.OfflineLogDirectoryCount, () => value);
        Assert.That(Page(), Does.EndWith($" {text}\n"));
    }

    [Test]
    public void A_metric_can_be_registered_once()
    {
        _registry.Counter(ReplicaDefinitions.IsrShrinks);
        Assert.That(() => _registry.Counter(ReplicaDefinitions.IsrShrinks), Throws.ArgumentException);
    }

    private string Page()
    {
        var output = new ArrayBufferWriter<byte>();
        PrometheusPage.Write(_registry, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
