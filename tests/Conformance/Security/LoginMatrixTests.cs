namespace Kafka.Modular.Conformance.Security;

/// <summary>
/// Each client logs in with each mechanism over each protocol, writes records and reads them in a group. One broker with all listeners and users serves the
/// whole table.
/// </summary>
[Category("real")]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class LoginMatrixTests
{
    private SecuredBroker? _broker;

    private SecuredBroker Broker => _broker ?? throw new InvalidOperationException("The broker was not started.");

    [OneTimeSetUp]
    public async Task StartAsync() => _broker = await SecuredBroker.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }

    [TestCaseSource(typeof(LoginMatrix), nameof(LoginMatrix.Supported))]
    public Task Logs_in_and_works(LoginCell cell)
    {
        bool isMutual = cell.Mechanism == LoginCell.MutualTls;
        string? mechanism = isMutual ? cell.Protocol == "SSL" ? null : "PLAIN" : cell.Mechanism;
        string listener = isMutual && cell.Protocol == "SASL_SSL" ? SecuredBroker.BothListener : cell.Protocol;
        string topic = $"login-{cell.Client}-{cell.Mechanism}-{cell.Protocol}".Replace('@', '-').Replace('/', '-');
        return LoginMatrix.Clients[cell.Client]().LoginAsync(Broker.Broker.BootstrapOf(listener), topic, Broker.Alice(cell.Protocol, mechanism, isMutual));
    }
}
