using System.Text;
using System.Text.Json;
using Kafka.Modular.Client.Security;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Tests.Security;

internal sealed class ScramExchangeTests
{
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Test]
    public void The_example_of_the_standard_holds()
    {
        var exchange = Example();
        Assert.That(Text(exchange.Start()), Is.EqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        Assert.That(Text(exchange.Step(Bytes(ServerFirst))), Is.EqualTo("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        Assert.That(exchange.IsComplete, Is.False);
        Assert.That(exchange.Step(Bytes(ServerFinal)), Is.Null);
        Assert.That(exchange.IsComplete);
    }

    [Test]
    public void Every_exchange_that_Kafka_made_is_made_here_too()
    {
        if (Reference.Find("scram.jsonl") is not { } path)
        {
            TestContext.Out.WriteLine("scram.jsonl is not there; its exchanges were left out.");
            return;
        }

        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            string Of(string name) => json.RootElement.GetProperty(name).GetString()!;
            var options = new SaslOptions(Of("mechanism"), Of("user"), new Secret(Of("password")), json.RootElement.GetProperty("tokenauth").GetBoolean());
            var exchange = new ScramExchange(options, Of("clientNonce"));
            Assert.That(Text(exchange.Start()), Is.EqualTo(Of("clientFirst")));
            Assert.That(Text(exchange.Step(Bytes(Of("serverFirst")))), Is.EqualTo(Of("clientFinal")));
            Assert.That(exchange.Step(Bytes(Of("serverFinal"))), Is.Null);
        }
    }

    [TestCase("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "does not start with client nonce")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", "Requested iterations 4095 is less than the minimum 4096")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001", "more than 1000000")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999", "malformed")]
    [TestCase("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0S===,i=4096", "malformed")]
    [TestCase("", "malformed")]
    public void A_first_message_that_no_broker_sends_is_refused(string message, string reason)
    {
        var exchange = Example();
        exchange.Start();
        AssertRefused(() => exchange.Step(Bytes(message)), reason);
    }

    [TestCase("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A4=", "Invalid server signature")]
    [TestCase("v=", "Invalid server signature")]
    [TestCase("e=other-error", "failed with error: other-error")]
    [TestCase("x", "malformed")]
    public void A_broker_that_does_not_know_the_password_is_refused(string message, string reason)
    {
        var exchange = Example();
        exchange.Start();
        exchange.Step(Bytes(ServerFirst));
        AssertRefused(() => exchange.Step(Bytes(message)), reason);
        Assert.That(exchange.IsComplete, Is.False);
    }

    [Test]
    public void Each_exchange_has_a_nonce_of_its_own_and_escapes_the_name()
    {
        var options = new SaslOptions(SaslOptions.ScramSha512, "a=b,c", new Secret("p"));
        var texts = Enumerable.Range(0, 20).Select(_ => Text(new ScramExchange(options, SystemRandomSource.Instance).Start())).ToList();
        Assert.That(texts, Is.Unique);
        Assert.That(texts, Has.All.Match("^n,,n=a=3Db=2Cc,r=[A-Za-z0-9+/]{32}$"));
    }

    private static ScramExchange Example() => new(new SaslOptions(SaslOptions.ScramSha256, "user", new Secret("pencil")), "rOprNGfwEbeRWgbNEkqO");

    private static void AssertRefused(Action act, string reason)
    {
        var fault = Assert.Throws<KafkaClientException>(act);
        Assert.That(fault.Code, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
        Assert.That(fault.Message, Does.Contain(reason).And.Not.Contain("pencil"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes!);
}
