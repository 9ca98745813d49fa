using System.Net.Security;
using System.Security.Authentication;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Network.Tests.Support;

/// <summary>The first flight of a TLS client, as it goes over the wire.</summary>
internal static class Hello
{
    public static async Task<byte[]> CreateAsync()
    {
        var (below, above) = MemoryTransport.CreatePair(new(1, 1), new(2, 2), 100_000);
        var connecting = TlsTransport.ConnectAsync(below, new BufferPool(), new SslClientAuthenticationOptions { TargetHost = "localhost" }, CancellationToken.None).AsTask();
        var buffer = new byte[10_000];
        var count = await above.ReceiveAsync(buffer, CancellationToken.None);
        above.Abort();
        try
        {
            await connecting;
        }
        catch (Exception ended) when (ended is AuthenticationException || ended.IsConnectionLoss())
        {
            // Nobody answers.
        }

        return buffer[..count];
    }
}
