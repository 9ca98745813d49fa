using System.Buffers.Binary;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Tls;

[NonParallelizable]
public sealed class TlsAllocationTests
{
    private const int Requests = 5_000;
    private const int Rounds = 4;

    // What a request and its reply cost without TLS is asserted in AllocationTests; a debug build makes classes of the compiler's state machines.
    private const int AllowedBytes =
#if DEBUG
        4096;
#else
        32;
#endif

    [Test]
    public async Task A_request_and_its_reply_cost_no_more_allocation_than_without_TLS()
    {
        var plain = await MeasureAsync("PLAINTEXT");
        var encrypted = await MeasureAsync("SSL");
        TestContext.Out.WriteLine($"{encrypted:F1} bytes a request over TLS, {plain:F1} without, both ends together");
        Assert.That(encrypted - plain, Is.LessThan(AllowedBytes));
    }

    private static async Task<double> MeasureAsync(string protocol)
    {
        await using var fixture = await TlsFixture.StartAsync(new SocketNetwork(), listener: protocol);
        await using var client = protocol == "SSL" ? await fixture.ConnectAsync() : await fixture.Server.ConnectAsync();
        var request = new byte[104];
        BinaryPrimitives.WriteInt32BigEndian(request, 100);
        var reply = new byte[4 + "User:ANONYMOUS".Length];
        await Task.Run(() => ExchangeAsync(client.Transport, request, reply, 2_000));

        // The least of several rounds: what is made once, such as the framework's pooled buffers of one more thread, is not the request's.
        var least = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Run(() => ExchangeAsync(client.Transport, request, reply, Requests));
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Requests);
        }

        return least;
    }

    private static async Task ExchangeAsync(ITransport transport, byte[] request, byte[] reply, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await transport.SendAsync(request, CancellationToken.None);
            for (var received = 0; received < reply.Length;)
            {
                var count = await transport.ReceiveAsync(reply.AsMemory(received), CancellationToken.None);
                received += count > 0 ? count : throw new EndOfStreamException("The server closed the connection.");
            }
        }
    }
}
