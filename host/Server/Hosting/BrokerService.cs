using Microsoft.Extensions.Hosting;

namespace Kafka.Modular.Server.Hosting;

/// <summary>A broker as the one service of a generic host: started before the host says that it is ready, stopped when the host stops.</summary>
internal sealed class BrokerService(Broker broker) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => broker.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => broker.StopAsync();
}
