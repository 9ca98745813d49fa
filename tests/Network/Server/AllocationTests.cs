using System.Buffers.Binary;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Server;

[NonParallelizable]
public sealed class AllocationTests
{
    private const int Requests = 20_000;

    // A debug build makes classes of the compiler's state machines.
    private const int AllowedBytes =
#if DEBUG
        1024;
#else
        8;
#endif

    [Test]
    public async Task A_request_and_its_reply_cost_next_to_no_allocation([Values(1, 32)] int pipelined)
    {
        await using var server = await TestServer.StartAsync(new SocketNetwork(), pool: new BufferPool(new BufferPoolOptions { Checked = false }));
        await using var client = await server.ConnectAsync();
        var batch = new byte[pipelined * 104];
        for (var i = 0; i < pipelined; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(i * 104), 100);
        }

        var replies = new byte[batch.Length];
        await Task.Run(() => ExchangeAsync(client.Transport, batch, replies, 2_000 / pipelined));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await Task.Run(() => ExchangeAsync(client.Transport, batch, replies, Requests / pipelined));
        var perRequest = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Requests;

        TestContext.Out.WriteLine($"{perRequest:F1} bytes a request, both ends together, {pipelined} pipelined");
        Assert.That(perRequest, Is.LessThan(AllowedBytes));
        Assert.That(replies, Is.EqualTo(batch));
    }

    private static async Task ExchangeAsync(ITransport transport, byte[] batch, byte[] replies, int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            await transport.SendAsync(batch, CancellationToken.None);
            for (var received = 0; received < replies.Length;)
            {
                var count = await transport.ReceiveAsync(replies.AsMemory(received), CancellationToken.None);
                received += count > 0 ? count : throw new EndOfStreamException("The server closed the connection.");
            }
        }
    }
}
