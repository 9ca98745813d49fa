using Microsoft.Extensions.Hosting;

namespace Kafka.Modular.Server.Hosting;

/// <summary>A broker as the one service of a generic host: started before the host says that it is ready, stopped when the host stops.</summary>
/// <param name="broker">The broker.</param>
/// <param name="listen">Begins to take an operator's requests, once the broker runs.</param>
internal sealed class BrokerService(Broker broker, Func<IAsyncDisposable> listen) : IHostedService
{
    private IAsyncDisposable? _requests;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await broker.StartAsync(cancellationToken);
        _requests = listen();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_requests is not null)
            await _requests.DisposeAsync();
        await broker.StopAsync();
    }
}
