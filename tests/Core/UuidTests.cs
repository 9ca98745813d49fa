using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Core.Tests;

public sealed class UuidTests
{
    [Test]
    public void Text_is_22_characters_of_base64url()
    {
        var uuid = new Uuid(0x5973_aa4a_1b1e_ceb8L, -1);
        Assert.That(uuid.ToString(), Has.Length.EqualTo(22));
        Assert.That(Uuid.Parse(uuid.ToString()), Is.EqualTo(uuid));
        Assert.That(Uuid.Zero.ToString(), Is.EqualTo("AAAAAAAAAAAAAAAAAAAAAA"));
        Assert.That(Uuid.One.ToString(), Is.EqualTo("AAAAAAAAAAAAAAAAAAAAAQ"));
    }

    [TestCase("")]
    [TestCase("AAAA")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase("AAAAAAAAAAAAAAAAAAAA+/")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [TestCase(" AAAAAAAAAAAAAAAAAAAAAA ")]
    public void Text_of_another_form_is_refused(string text)
    {
        Assert.That(Uuid.TryParse(text, out _), Is.False);
        Assert.Throws<FormatException>(() => Uuid.Parse(text));
    }

    [Test]
    public void Random_ids_repeat_with_the_seed_and_never_begin_with_a_dash()
    {
        var first = new SeededRandomSource(7);
        var second = new SeededRandomSource(7);
        for (int i = 0; i < 2000; i++)
        {
            Uuid uuid = Uuid.CreateRandom(first);
            Assert.That(Uuid.CreateRandom(second), Is.EqualTo(uuid));
            Assert.That(uuid.ToString(), Does.Not.StartWith("-"));
            Assert.That(uuid.IsReserved, Is.False);
            Assert.That(Uuid.Parse(uuid.ToString()), Is.EqualTo(uuid));
        }
    }

    [Test]
    public void Zero_and_one_are_reserved()
    {
        Assert.That(Uuid.Zero.IsReserved, Is.True);
        Assert.That(Uuid.One.IsReserved, Is.True);
        Assert.That(new Uuid(0, 2).IsReserved, Is.False);
        Assert.That(new Uuid(1, 1).IsReserved, Is.False);
    }
}
