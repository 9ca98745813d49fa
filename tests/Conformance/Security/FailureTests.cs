using System.Text.RegularExpressions;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Security;

/// <summary>
/// For each way in which a login fails, and each client: what the client sees, and what the broker's log says. A client has a broker of its own, since the log has a
/// bounded rate.
/// </summary>
[Category("real")]
[TestFixtureSource(typeof(Failures), nameof(Failures.Clients))]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
internal sealed partial class FailureTests(string client)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(45);

    private static readonly FailureCase[] s_all = [.. SaslFailures.Cases, .. TlsFailures.Cases];

    private FailingBroker? _broker;

    private FailingBroker Broker => _broker ?? throw new InvalidOperationException("The broker was not started.");

    [OneTimeSetUp]
    public async Task StartAsync() => _broker = await FailingBroker.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_broker is null)
        {
            return;
        }

        try
        {
            string log = string.Join('\n', _broker.Broker.Process.LinesFrom(0));
            Assert.That(log, Does.Not.Contain(FailingBroker.Password).And.Not.Contain(FailingBroker.WrongPassword));
        }
        finally
        {
            await _broker.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(s_all))]
    public async Task Is_turned_away_with_a_reason(FailureCase failure)
    {
        await failure.Before(Broker);
        ChildProcess log = Broker.Broker.Process;
        int lines = log.LineCount;
        string logs = failure.LogsOf(client);
        await using ChildProcess process = LoginMatrix.Clients[client]().StartShort("refused", Broker.Broker.BootstrapOf(failure.Listener), "refused", failure.Security(Broker));
        await process.ExitAsync(s_limit);
        Assert.That(process.LastLine?.Replace(" ", "", StringComparison.Ordinal), Does.StartWith("{\"verdict\":\"refused\""), process.Output);
        foreach (string text in failure.Says[client])
        {
            Assert.That(process.Output, Does.Contain(text));
        }

        string line = await log.LineAsync(logs, each => each.Contains(logs, StringComparison.Ordinal), s_limit, lines);
        Assert.That(line, Does.Match(Peer()));
    }

    [GeneratedRegex(@"(Failed authentication with|Connection) (127\.0\.0\.1|\[::1\]):\d+")]
    private static partial Regex Peer();
}
