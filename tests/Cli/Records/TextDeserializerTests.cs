using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Records;

namespace Kafka.Modular.Cli.Tests.Records;

internal sealed class TextDeserializerTests
{
    [TestCase("org.apache.kafka.common.serialization.StringDeserializer", "6162", "ab")]
    [TestCase("org.apache.kafka.common.serialization.LongDeserializer", "FFFFFFFFFFFFFFFE", "-2")]
    [TestCase("org.apache.kafka.common.serialization.IntegerDeserializer", "0000002A", "42")]
    [TestCase("org.apache.kafka.common.serialization.ShortDeserializer", "0102", "258")]
    [TestCase("org.apache.kafka.common.serialization.DoubleDeserializer", "3FE0000000000000", "0.5")]
    [TestCase("org.apache.kafka.common.serialization.FloatDeserializer", "3DCCCCCD", "0.1")]
    [TestCase("org.apache.kafka.common.serialization.BooleanDeserializer", "01", "true")]
    [TestCase("org.apache.kafka.common.serialization.BytesDeserializer", "61005C", @"a\x00\x5C")]
    public void Bytes_print_as_Kafkas_classes_print_them(string name, string hex, string expected) =>
        Assert.That(TextDeserializer.Of(name)(Convert.FromHexString(hex)), Is.EqualTo(expected));

    [Test]
    public void A_size_that_does_not_fit_and_a_class_that_is_not_there_are_told()
    {
        Assert.That(() => TextDeserializer.Of("LongDeserializer")(new byte[3]), Throws.InstanceOf<ToolException>().With.Message.Contains("3"));
        Assert.That(() => TextDeserializer.Of("io.example.Own"), Throws.InstanceOf<ToolException>().With.Message.Contains("io.example.Own"));
    }
}
