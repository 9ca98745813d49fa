using System.Net;
using Kafka.Modular.Configuration;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Security.Tests.Authentication;

/// <summary>What the log says of logins that fail: who, with what, why; bounded for each address and in all.</summary>
public sealed class SaslFailureLogTests : ILogger
{
    private const int OfOneAddress = 20;
    private const int InAll = 200;

    private readonly List<string> _lines = [];
    private readonly FakeTimeProvider _time = new();
    private readonly SaslAuthentication _authentication;

    public SaslFailureLogTests() => _authentication = new SaslAuthentication([("SASL", false)], new SaslAuthenticationParts
    {
        Settings = static (_, _) => new SaslSettings { SaslEnabledMechanisms = ["PLAIN"] },
        Generations = new AuthenticationGenerations(new AuthenticationGeneration(1, [], [], [])),
        ServerSecret = new byte[64],
        Time = _time,
        Logger = this,
    });

    [Test]
    public void One_that_fails_in_a_loop_does_not_hide_the_others()
    {
        for (var i = 0; i < 1000; i++)
            Fail(1);
        Assert.That(_lines, Has.Count.EqualTo(OfOneAddress).And.None.Contains("left out"));

        Fail(2);
        Assert.That(_lines[^1], Is.EqualTo("Failed authentication with 10.0.0.2:40000 (connection c, listener SASL, mechanism none): the cause. Hint: the hint."));
        _time.Advance(TimeSpan.FromSeconds(1));
        Fail(1);
        Assert.That(_lines[^1], Does.StartWith("Failed authentication with 10.0.0.1:40000").And.EndsWith("the hint. 980 similar lines were left out."));
    }

    [Test]
    public void Ten_thousand_addresses_do_not_fill_the_disk()
    {
        for (var i = 0; i < 10_000; i++)
            Fail(i);

        Assert.That(_lines, Has.Count.EqualTo(InAll));
    }

    [TestCase("PLAIN", "PLAIN")]
    [TestCase("OAUTHBEARER", "OAUTHBEARER")]
    [TestCase("x\n\u001b[31m\u202e\u2028", "x\\u000A\\u001B\\u005B31m\\u202E\\u2028")]
    [TestCase("PLAIN): wrong password", "PLAIN\\u0029\\u003A\\u0020wrong\\u0020password")]
    [TestCase("", "")]
    public void A_mechanism_that_is_refused_is_named_as_the_client_wrote_it_but_harmless(string asked, string expected)
    {
        using var session = _authentication.Open("SASL", Peer(1).Address);
        var verdict = session.OnHandshake(1, asked);
        _authentication.OnFailure(session, verdict.Failure!, "c", Peer(1), "SASL");

        Assert.That(_lines[^1], Does.Contain($"(connection c, listener SASL, mechanism {expected}): mechanism '{expected}' is not enabled."));
    }

    [Test]
    public void The_name_of_a_mechanism_is_cut_when_it_is_long()
    {
        using var session = _authentication.Open("SASL", Peer(1).Address);
        session.OnHandshake(1, new string('A', 30_000));

        Assert.That(session.AskedFor, Is.EqualTo(new string('A', 64) + "…"));
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add(formatter(state, exception));

    private static IPEndPoint Peer(int number) => new(new IPAddress([10, 0, (byte)(number >> 8), (byte)number]), 40_000);

    private void Fail(int number)
    {
        using var session = _authentication.Open("SASL", Peer(number).Address);
        _authentication.OnFailure(session, new SaslFailure("the cause", Hint: "the hint"), "c", Peer(number), "SASL");
    }
}
