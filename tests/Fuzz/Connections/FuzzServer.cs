using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Tls;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Fuzz.Tests.Connections;

/// <summary>A server with small limits, so that bad peers reach them.</summary>
internal static class FuzzServer
{
    public static SocketServer Create(INetwork network, BufferPool pool, IEventLoop timers, IRequestDispatcher dispatcher, ILoggerFactory loggers, ListenerTlsParts? tls = null)
    {
        var listener = new ListenerEndPoint("FUZZ", tls is null ? SecurityProtocol.Plaintext : SecurityProtocol.Ssl, "127.0.0.1", 0);
        return new SocketServer(new SocketServerParts
        {
            Settings = new FixedNetworkSettings(new NetworkSettings
            {
                SocketRequestMaxBytes = 200_000,
                QueuedMaxRequestBytes = 400_000,
                SocketSendBufferBytes = 16_384,
            }),
            Layout = new ListenerLayout
            {
                All = [listener],
                ControllerListenerNames = [],
                SecurityProtocols = new Dictionary<string, SecurityProtocol> { [listener.Name] = listener.Protocol },
                AdvertisedToBrokersAndClients = [listener],
                AdvertisedByController = [],
                InterBrokerListenerName = listener.Name,
                InterBrokerProtocol = listener.Protocol,
                EarlyStart = [],
            },
            Dispatcher = dispatcher,
            Network = network,
            Pool = pool,
            Time = TimeProvider.System,
            Timers = timers,
            Loggers = loggers,
            Tls = tls is null ? null : _ => tls,
        });
    }

    private sealed class FixedNetworkSettings(NetworkSettings current) : ISettings<NetworkSettings>
    {
        public NetworkSettings Current => current;

        public IDisposable OnChange(Action<NetworkSettings, NetworkSettings> changed) => new Nothing();

        private sealed class Nothing : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}
