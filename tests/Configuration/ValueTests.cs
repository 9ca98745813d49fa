using Kafka.Modular.Configuration.Checks;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>Values are read and written as Kafka does.</summary>
public sealed class ValueTests
{
    [TestCase(0.5, "0.5")]
    [TestCase(1.0, "1.0")]
    [TestCase(0.05, "0.05")]
    [TestCase(0.001, "0.001")]
    [TestCase(0.0009, "9.0E-4")]
    [TestCase(9999999.0, "9999999.0")]
    [TestCase(10000000.0, "1.0E7")]
    [TestCase(2147483647.0, "2.147483647E9")]
    [TestCase(double.MaxValue, "1.7976931348623157E308")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(-0.25, "-0.25")]
    [TestCase(0.0, "0.0")]
    public void A_double_is_written_as_Java_writes_it(double value, string expected) => Assert.That(JavaNumber.Format(value), Is.EqualTo(expected));

    [TestCase("1", 1.0)]
    [TestCase("1e3", 1000.0)]
    [TestCase(" 0.5 ", 0.5)]
    [TestCase("1.5d", 1.5)]
    [TestCase("2f", 2.0)]
    [TestCase("Infinity", double.PositiveInfinity)]
    public void A_double_is_read_as_Java_reads_it(string text, double expected)
    {
        Assert.That(ConfigurationValues.TryParse(ConfigurationType.Double, text, out var value), Is.Null);
        Assert.That(value, Is.EqualTo(expected));
    }

    [TestCase(ConfigurationType.Int, "", "Not a number of type INT")]
    [TestCase(ConfigurationType.Int, "1.5", "Not a number of type INT")]
    [TestCase(ConfigurationType.Int, "2147483648", "Not a number of type INT")]
    [TestCase(ConfigurationType.Int, "0x10", "Not a number of type INT")]
    [TestCase(ConfigurationType.Int, "1_000", "Not a number of type INT")]
    [TestCase(ConfigurationType.Int, "1,000", "Not a number of type INT")]
    [TestCase(ConfigurationType.Short, "32768", "Not a number of type SHORT")]
    [TestCase(ConfigurationType.Long, "9223372036854775808", "Not a number of type LONG")]
    [TestCase(ConfigurationType.Double, "half", "Not a number of type DOUBLE")]
    [TestCase(ConfigurationType.Double, "", "Not a number of type DOUBLE")]
    [TestCase(ConfigurationType.Double, "infinity", "Not a number of type DOUBLE")]
    [TestCase(ConfigurationType.Boolean, "yes", "Expected value to be either true or false")]
    [TestCase(ConfigurationType.Boolean, "1", "Expected value to be either true or false")]
    public void A_wrong_value_is_refused_in_the_words_of_Kafka(ConfigurationType type, string text, string reason) =>
        Assert.That(ConfigurationValues.TryParse(type, text, out _), Is.EqualTo(reason));

    [TestCase("", new string[0])]
    [TestCase("  ", new string[0])]
    [TestCase("a", new[] { "a" })]
    [TestCase(" a , b,c ", new[] { "a", "b", "c" })]
    [TestCase("a,,b", new[] { "a", "", "b" })]
    public void A_list_is_split_at_commas(string text, string[] expected) => Assert.That(ConfigurationValues.SplitList(text), Is.EqualTo(expected));

    [Test]
    public void Integers_may_have_a_sign_and_spaces_around_them()
    {
        Assert.That(ConfigurationValues.TryParse(ConfigurationType.Int, " +7 ", out var value), Is.Null);
        Assert.That(value, Is.EqualTo(7));
    }

    [Test]
    public void A_list_with_an_empty_or_a_repeated_item_is_refused()
    {
        Assert.That(ConfigurationValues.TryRead(BrokerKeys.LogDirs, "a,,b", out _), Is.EqualTo("Configuration 'log.dirs' values must not be empty."));
        Assert.That(ConfigurationValues.TryRead(BrokerKeys.LogDirs, "a,a", out _), Is.EqualTo("Configuration 'log.dirs' values must not be duplicated."));
    }

    [TestCase("9", null)]
    [TestCase("-1", null)]
    [TestCase("0", "Value must be at least 1")]
    [TestCase("10", "Value must be no more than 9")]
    public void A_range_may_have_one_value_outside_it(string text, string? reason) =>
        Assert.That(ConfigurationValues.TryRead(BrokerKeys.CompressionGzipLevel, text, out _), Is.EqualTo(reason));

    [Test]
    public void A_value_that_is_not_a_number_is_outside_every_range() =>
        Assert.That(ConfigurationValues.TryRead(BrokerKeys.LogCleanerMinCleanableRatio, "NaN", out _), Is.EqualTo("Value must be at least 0"));

    [TestCase("latest", true)]
    [TestCase("earliest", true)]
    [TestCase("by_duration:PT1H", true)]
    [TestCase("by_duration:P1DT2H3M4.5S", true)]
    [TestCase("by_duration:-PT1H", false)]
    [TestCase("by_duration:P", false)]
    [TestCase("by_duration:PT", false)]
    [TestCase("by_duration:1h", false)]
    [TestCase("none", false)]
    public void A_share_group_starts_at_an_end_or_at_a_time_back(string text, bool valid) =>
        Assert.That(ConfigurationValues.TryRead(GroupKeys.ShareAutoOffsetReset, text, out _) is null, Is.EqualTo(valid));

    [TestCase("*", true)]
    [TestCase("", true)]
    [TestCase("0:1,1:2", true)]
    [TestCase("0:1,x", false)]
    [TestCase("*,0:1", false)]
    public void Throttled_replicas_are_all_or_pairs(string text, bool valid) =>
        Assert.That(ConfigurationValues.TryRead(TopicKeys.LeaderReplicationThrottledReplicas, text, out _) is null, Is.EqualTo(valid));

    [TestCase("1@host:9093", true)]
    [TestCase("1@[::1]:9093,2@10.0.0.1:9093", true)]
    [TestCase("", true)]
    [TestCase("1@host", false)]
    [TestCase("host:9093", false)]
    [TestCase("-1@host:9093", false)]
    [TestCase("1@host:70000", false)]
    public void Voters_have_an_id_and_an_address(string text, bool valid) =>
        Assert.That(ConfigurationValues.TryRead(BrokerKeys.ControllerQuorumVoters, text, out _) is null, Is.EqualTo(valid));

    [TestCase("log.segment.bytes", "64MiB", "67108864")]
    [TestCase("log.retention.ms", "7d", "604800000")]
    [TestCase("log.retention.hours", "7d", "168")]
    [TestCase("log.retention.hours", "30m", "30m")]
    [TestCase("quota.window.size.seconds", "2s", "2")]
    [TestCase("log.cleaner.dedupe.buffer.size", "1 GiB", "1073741824")]
    [TestCase("num.partitions", "3s", "3s")]
    [TestCase("log.segment.bytes", "64MB", "64MB")]
    [TestCase("log.retention.bytes", "-1", "-1")]
    [TestCase("log.retention.ms", "99999999999999999d", "99999999999999999d")]
    [TestCase("metadata.log.dir", "7d", "7d")]
    public void A_number_may_have_the_unit_of_its_key(string key, string text, string expected) =>
        Assert.That(UnitSuffix.Normalize(BrokerKeys.All.Single(candidate => candidate.Name == key), text), Is.EqualTo(expected));

    [Test]
    public void A_secret_never_shows_its_value()
    {
        Assert.That(ConfigurationValues.TryRead(BrokerKeys.SslKeyPassword, "hush", out var value), Is.Null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(value!.ToString(), Is.EqualTo("[hidden]"));
            Assert.That(ConfigurationValues.Format(value), Is.EqualTo("[hidden]"));
            Assert.That(((Secret)value).Reveal(), Is.EqualTo("hush"));
            Assert.That(value, Is.EqualTo(new Secret("hush")));
            Assert.That(value, Is.Not.EqualTo(new Secret("loud")));
        }
    }

    [TestCase("log.retention.mss", "log.retention.ms")]
    [TestCase("advertized.listeners", "advertised.listeners")]
    [TestCase("nod.eid", "node.id")]
    [TestCase("LOG.DIRS", "log.dirs")]
    [TestCase("something.quite.different", null)]
    public void The_nearest_key_is_the_one_with_the_fewest_edits(string name, string? expected) =>
        Assert.That(NearestKey.Find(name, BrokerKeys.All.Select(key => key.Name)), Is.EqualTo(expected));
}
