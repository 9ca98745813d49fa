using CsCheck;
using Kafka.Modular.Sasl.Plain;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Plugins.Tests.Sasl;

public sealed class PlainTests
{
    private readonly Credentials _credentials = new() { Passwords = { ["alice"] = "s3cret" } };

    [Test]
    public async Task A_right_password_lets_the_user_in()
    {
        var step = await new PlainExchange(_credentials).StepAsync("alice\0alice\0s3cret"u8.ToArray(), CancellationToken.None);
        Assert.That((step.Kind, step.Identity!.Name, step.Response.Length), Is.EqualTo((SaslStepKind.Succeeded, "alice", 0)));
    }

    [TestCase("\0alice\0s3cret\0", "expected 3 tokens, got 4")]
    [TestCase("\0alice\0s3cret\0\0\0", "expected 3 tokens, got 4")]
    [TestCase("\0alice\0s3cret ", "Invalid username or password")]
    [TestCase("\0alice\0S3cret", "Invalid username or password")]
    public async Task A_password_is_compared_exactly(string token, string expected)
    {
        var step = await new PlainExchange(_credentials).StepAsync(System.Text.Encoding.UTF8.GetBytes(token), CancellationToken.None);
        Assert.That(step.Kind, Is.EqualTo(SaslStepKind.Failed));
        Assert.That(step.Failure!.ClientMessage, Does.Contain(expected));
    }

    [Test]
    public void No_bytes_let_anybody_in_or_throw()
        => Gen.Byte.Array[0, 100].Sample(
            bytes => new PlainExchange(_credentials).StepAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult().Kind != SaslStepKind.Succeeded,
            iter: 2000);
}
