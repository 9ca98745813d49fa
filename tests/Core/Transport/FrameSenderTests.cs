using System.Buffers.Binary;
using System.Net;
using CsCheck;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Core.Tests.Transport;

public sealed class FrameSenderTests
{
    private static readonly IPEndPoint _any = new(IPAddress.Loopback, 0);

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });
    private readonly CancellationToken _token = CancellationToken.None;

    public enum Wire
    {
        Memory,
        Socket,
    }

    [TearDown]
    public void Everything_is_returned() => _pool.ThrowIfRented();

    [Test]
    public async Task Messages_of_any_shape_arrive_whole_and_in_order([Values] Wire wire)
    {
        using var file = new TestFile(2_000_000);
        var (client, server) = await ConnectAsync(wire);
        await using (client)
        await using (server)
        {
            var piece = Gen.Select(Gen.Int[0, 4], Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, 200_000]));
            await Gen.Select(piece.Array[0, 5].Array[1, 4], Gen.Bool).SampleAsync(
                async (messages, together) =>
                {
                    var expected = new List<byte[]>();
                    using var sender = new FrameSender(server, _pool);
                    var received = ReceiveAsync(client, messages.Length);
                    foreach (var pieces in messages)
                    {
                        var output = Write(pieces, file);
                        expected.Add(output.ToArray());
                        await (together ? sender.AppendAsync(output, _token) : sender.SendAsync(output, _token));
                    }

                    await sender.FlushAsync(_token);
                    Assert.That(await received, Is.EqualTo(expected));
                },
                iter: 25,
                threads: 1);
        }
    }

    [Test]
    public async Task Small_messages_leave_in_one_send()
    {
        var (client, server) = await ConnectAsync(Wire.Memory);
        var counting = new CountingTransport(server);
        using var sender = new FrameSender(counting, _pool);
        for (var i = 0; i < 10; i++)
        {
            await sender.AppendAsync(Write([(0, 100), (2, 50)], null), _token);
        }

        Assert.That(counting.Sends, Is.Zero);
        await sender.FlushAsync(_token);
        Assert.That(counting.Sends, Is.EqualTo(1));
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_large_region_is_sent_from_its_file_and_a_small_one_is_read([Values(FrameSender.DirectRegion - 1, FrameSender.DirectRegion)] int size)
    {
        using var file = new TestFile(1_000_000);
        var (client, server) = await ConnectAsync(Wire.Socket);
        await using (client)
        await using (server)
        {
            var region = file.Region(1234, size);
            var output = _pool.RentOutput();
            output.Append(region);
            using var sender = new FrameSender(server, _pool);
            var received = ReceiveAsync(client, 1);
            await sender.SendAsync(output, _token);

            Assert.That((await received)[0].AsSpan().SequenceEqual(file.Bytes.AsSpan(1234, size)));
            Assert.That(region.Reads > 0, Is.EqualTo(size < FrameSender.DirectRegion));
            Assert.That(region.Disposals, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Sending_from_a_file_leaves_its_handle_open_after_a_collection()
    {
        using var file = new TestFile(200_000);
        var (client, server) = await ConnectAsync(Wire.Socket);
        await using (client)
        await using (server)
        {
            for (var round = 0; round < 3; round++)
            {
                var output = _pool.RentOutput();
                output.Append(file.Region(0, 200_000));
                using var sender = new FrameSender(server, _pool);
                var received = ReceiveAsync(client, 1);
                await sender.SendAsync(output, _token);
                await received;
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            Assert.That(file.Handle.IsClosed, Is.False);
            Assert.That(RandomAccess.GetLength(file.Handle), Is.EqualTo(200_000));
        }
    }

    [Test]
    public async Task A_region_that_ends_early_is_an_error_and_everything_is_freed()
    {
        var (client, server) = await ConnectAsync(Wire.Memory);
        var region = new TestLease(new byte[100]) { ReadLimit = 0 };
        var output = _pool.RentOutput();
        output.Write([1, 2, 3]);
        output.Append(region);
        using var sender = new FrameSender(server, _pool);

        Assert.That(async () => await sender.SendAsync(output, _token), Throws.InstanceOf<IOException>());
        Assert.That(region.Disposals, Is.EqualTo(1));
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_lost_connection_frees_the_message([Values] Wire wire)
    {
        using var file = new TestFile(8_000_000);
        var (client, server) = await ConnectAsync(wire);
        var region = file.Region(0, 8_000_000);
        var output = _pool.RentOutput();
        output.Append(region);
        using var sender = new FrameSender(server, _pool);
        var sending = sender.SendAsync(output, _token).AsTask();
        Assert.That(sending.IsCompleted, Is.False);
        client.Abort();

        var lost = Assert.CatchAsync(async () => await sending);
        Assert.That(lost!.IsConnectionLoss(), lost.ToString());
        Assert.That(region.Disposals, Is.EqualTo(1));
        await server.DisposeAsync();
    }

    private static async Task<(ITransport Client, ITransport Server)> ConnectAsync(Wire wire)
    {
        INetwork network = wire == Wire.Memory ? new MemoryNetwork(10_000) : new SocketNetwork();
        using var listener = network.Bind(_any, false, new TransportOptions());
        listener.Listen(1);
        var client = await network.ConnectAsync(listener.EndPoint, new TransportOptions(), CancellationToken.None);
        return (client, await listener.AcceptAsync(CancellationToken.None));
    }

    private OutputBuffer Write((int Kind, int Size)[] pieces, TestFile? file)
    {
        var output = _pool.RentOutput();
        foreach (var (kind, size) in pieces)
        {
            var bytes = Enumerable.Range(0, size).Select(static i => (byte)(i * 31)).ToArray();
            switch (kind)
            {
                case 0:
                    output.Write(bytes);
                    break;
                case 1:
                    output.AppendBorrowed(bytes);
                    break;
                case 2:
                    output.Append(new TestLease(bytes) { ReadLimit = 5000 });
                    break;
                case 3:
                    output.Append(new TestLease(bytes, givesMemory: true));
                    break;
                default:
                    output.Append(file!.Region(size % 1000, size));
                    break;
            }
        }

        return output;
    }

    private static async Task<List<byte[]>> ReceiveAsync(ITransport transport, int count)
    {
        var messages = new List<byte[]>();
        for (var i = 0; i < count; i++)
        {
            var size = await ReceiveExactlyAsync(transport, 4);
            messages.Add(await ReceiveExactlyAsync(transport, BinaryPrimitives.ReadInt32BigEndian(size)));
        }

        return messages;
    }

    private static async Task<byte[]> ReceiveExactlyAsync(ITransport transport, int count)
    {
        var bytes = new byte[count];
        for (var position = 0; position < count;)
        {
            var received = await transport.ReceiveAsync(bytes.AsMemory(position), CancellationToken.None);
            Assert.That(received, Is.Positive);
            position += received;
        }

        return bytes;
    }
}
