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

    [Test]
    public void No_bytes_let_anybody_in_or_throw()
        => Gen.Byte.Array[0, 100].Sample(
            bytes => new PlainExchange(_credentials).StepAsync(bytes, CancellationToken.None).AsTask().GetAwaiter().GetResult().Kind != SaslStepKind.Succeeded,
            iter: 2000);
}
