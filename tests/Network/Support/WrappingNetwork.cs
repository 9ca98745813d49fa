using System.Net;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>A network whose listeners put something around each connection that they accept.</summary>
internal sealed class WrappingNetwork(INetwork inner, Func<ITransport, ITransport> wrap) : INetwork
{
    public bool SupportsIPv6 => inner.SupportsIPv6;

    public INetworkListener Bind(IPEndPoint endPoint, bool onlyIPv6, TransportOptions options) => new Listener(inner.Bind(endPoint, onlyIPv6, options), wrap);

    public ValueTask<ITransport> ConnectAsync(IPEndPoint endPoint, TransportOptions options, CancellationToken cancellationToken) =>
        inner.ConnectAsync(endPoint, options, cancellationToken);

    public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => inner.ResolveAsync(host, cancellationToken);

    private sealed class Listener(INetworkListener inner, Func<ITransport, ITransport> wrap) : INetworkListener
    {
        public IPEndPoint EndPoint => inner.EndPoint;

        public void Listen(int backlog) => inner.Listen(backlog);

        public async ValueTask<ITransport> AcceptAsync(CancellationToken cancellationToken) => wrap(await inner.AcceptAsync(cancellationToken));

        public void Dispose() => inner.Dispose();
    }
}
