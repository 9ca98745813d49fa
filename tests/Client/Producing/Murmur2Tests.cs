using System.Globalization;
using System.Text;
using Kafka.Modular.Client.Producing;

namespace Kafka.Modular.Client.Tests.Producing;

internal sealed class Murmur2Tests
{
    // From the tests of Apache Kafka's own hash.
    [TestCase("21", -973932308)]
    [TestCase("foobar", -790332482)]
    [TestCase("a-little-bit-long-string", -985981536)]
    [TestCase("a-little-bit-longer-string", -1486304829)]
    [TestCase("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    public void The_hash_is_Kafkas(string text, int expected) => Assert.That(Murmur2.Hash(Encoding.UTF8.GetBytes(text)), Is.EqualTo(expected));

    [Test]
    public void All_vectors_of_the_reference_agree()
    {
        if (Reference.Find("murmur2.csv") is not { } path)
        {
            TestContext.Out.WriteLine("murmur2.csv is not there; the committed vectors have to do");
            return;
        }

        foreach (var line in File.ReadLines(path).Skip(1))
        {
            var fields = line.Split(',');
            var key = Convert.FromHexString(fields[0]);
            Assert.That(Murmur2.Hash(key), Is.EqualTo(int.Parse(fields[1], CultureInfo.InvariantCulture)), line);
            Assert.That(Murmur2.PartitionOf(key, 7), Is.EqualTo(int.Parse(fields[2], CultureInfo.InvariantCulture)), line);
        }
    }
}
