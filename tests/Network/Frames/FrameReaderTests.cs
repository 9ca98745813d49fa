using System.Buffers.Binary;
using System.Net;
using CsCheck;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Frames;

public sealed class FrameReaderTests
{
    private const int Maximum = 3_000_000;

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });
    private readonly MemoryBudget _budget = new(10_000_000);
    private readonly MemoryTransport _client;
    private readonly FrameReader _reader;

    public FrameReaderTests() => (_client, _reader) = NewReader();

    [TearDown]
    public void Everything_is_returned()
    {
        _pool.ThrowIfRented();
        Assert.That(_budget.Reserved, Is.Zero);
    }

    [Test]
    public void Frames_arrive_whole_however_the_bytes_are_cut() =>
        Gen.Select(
            Gen.OneOf(Gen.Int[0, 20], Gen.Int[0, 5_000], Gen.Int[30_000, 40_000]).Array[1, 8],
            Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, 40_000])).SampleAsync(
            async (sizes, cut) =>
            {
                var bodies = sizes.Select(static (size, i) => Body(size, i)).ToList();
                var (client, reader) = NewReader(1 << 20);
                var sending = SendAsync(client, [.. bodies.SelectMany(static b => TestClient.Frame(b))], cut);
                foreach (var body in bodies)
                {
                    var read = await reader.ReadAsync(CancellationToken.None);
                    Assert.That(read.Kind, Is.EqualTo(FrameReadKind.Frame));
                    Assert.That(read.OwnedFrame.Span.SequenceEqual(body));
                    read.OwnedFrame.Dispose();
                }

                await sending;
                await client.CloseSendAsync(CancellationToken.None);
                Assert.That((await reader.ReadAsync(CancellationToken.None)).Kind, Is.EqualTo(FrameReadKind.End));
            },
            iter: 60,
            threads: 1).Wait();

    [TestCase(32 * 1024)]
    [TestCase((32 * 1024) - 4)]
    [TestCase((32 * 1024) - 1)]
    [TestCase(1024 * 1024)]
    [TestCase((1024 * 1024) - 2)]
    [TestCase((2 * 1024 * 1024) + 17)]
    [TestCase(Maximum)]
    public async Task Frames_around_the_sizes_of_buffers_arrive_whole(int size)
    {
        var body = Body(size, 1);
        var sending = SendAsync(_client, [.. TestClient.Frame(body), .. TestClient.Frame([1, 2, 3])], 70_001);
        var first = await _reader.ReadAsync(CancellationToken.None);
        Assert.That(first.OwnedFrame.Span.SequenceEqual(body));
        first.OwnedFrame.Dispose();

        var second = await _reader.ReadAsync(CancellationToken.None);
        Assert.That(second.OwnedFrame.Memory.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        second.OwnedFrame.Dispose();
        await sending;
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    [TestCase(Maximum + 1)]
    public async Task A_size_out_of_range_is_malformed(int size)
    {
        await SendSizeAsync(size);

        var read = await _reader.ReadAsync(CancellationToken.None);
        Assert.That((read.Kind, read.Size), Is.EqualTo((FrameReadKind.Malformed, size)));
    }

    [Test]
    public async Task A_frame_of_size_0_is_a_frame()
    {
        await SendSizeAsync(0);

        var read = await _reader.ReadAsync(CancellationToken.None);
        Assert.That((read.Kind, read.OwnedFrame.Length), Is.EqualTo((FrameReadKind.Frame, 0)));
        read.OwnedFrame.Dispose();
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(5)]
    [TestCase(103)]
    public async Task An_end_in_the_middle_of_a_frame_is_told_and_frees_everything(int sent)
    {
        await _client.SendAsync(TestClient.Frame(Body(100, 0)).AsMemory(0, sent), CancellationToken.None);
        await _client.CloseSendAsync(CancellationToken.None);

        Assert.That((await _reader.ReadAsync(CancellationToken.None)).Kind, Is.EqualTo(FrameReadKind.Truncated));
    }

    [Test]
    public async Task A_lost_connection_frees_everything()
    {
        await SendSizeAsync(1000);
        var reading = _reader.ReadAsync(CancellationToken.None).AsTask();
        await Eventually.Until(() => _budget.Reserved == 1000);
        _client.Abort();

        Assert.That(Assert.CatchAsync(async () => await reading)!.IsConnectionLoss());
    }

    [Test]
    public async Task Nothing_is_rented_while_nothing_comes()
    {
        var reading = _reader.ReadAsync(CancellationToken.None).AsTask();
        Assert.That(_pool.Statistics.RentedBuffers, Is.Zero);
        _client.Abort();
        Assert.CatchAsync(async () => await reading);
        await Task.CompletedTask;
    }

    [Test]
    public async Task An_announced_size_costs_no_more_memory_than_the_bytes_that_came()
    {
        await SendSizeAsync(Maximum);
        var reading = _reader.ReadAsync(CancellationToken.None).AsTask();
        await Eventually.Until(() => _budget.Reserved == Maximum, "the size to be taken from the budget");
        Assert.That(_pool.Statistics.RentedBytes, Is.LessThanOrEqualTo(32 * 1024));

        await SendAsync(_client, new byte[40_000], 40_000);
        await Eventually.Until(() => _pool.Statistics.RentedBytes > 32 * 1024);
        Assert.That(_pool.Statistics.RentedBytes, Is.LessThanOrEqualTo((1024 * 1024) + (32 * 1024)));
        _client.Abort();
        Assert.CatchAsync(async () => await reading);
    }

    [Test]
    public async Task A_frame_as_large_as_the_one_before_is_received_into_one_buffer()
    {
        await SendSizeAsync(100_000);
        var first = _reader.ReadAsync(CancellationToken.None).AsTask();
        await SendAsync(_client, new byte[100_000], 100_000);
        (await first).OwnedFrame.Dispose();

        await SendSizeAsync(100_000);
        var second = _reader.ReadAsync(CancellationToken.None).AsTask();
        await Eventually.Until(() => _pool.Statistics.RentedBytes >= 100_004, "room for the whole frame before its bytes come");
        Assert.That(_pool.Statistics.RentedBuffers, Is.EqualTo(1));

        await SendAsync(_client, new byte[100_000], 100_000);
        (await second).OwnedFrame.Dispose();
    }

    [Test]
    public async Task The_body_is_not_read_before_the_budget_grants_it()
    {
        Assert.That(_budget.TryReserve(10_000_000));
        await _client.SendAsync(TestClient.Frame(Body(100, 0)), CancellationToken.None);
        var reading = _reader.ReadAsync(CancellationToken.None).AsTask();
        await Eventually.Until(() => _budget.Waiting == 1);
        Assert.That(_pool.Statistics.RentedBuffers, Is.Zero);

        _budget.Release(10_000_000);
        (await reading).OwnedFrame.Dispose();
    }

    [Test]
    public async Task A_cancelled_wait_for_the_budget_takes_nothing()
    {
        Assert.That(_budget.TryReserve(10_000_000));
        await SendSizeAsync(100);
        using var cancellation = new CancellationTokenSource();
        var reading = _reader.ReadAsync(cancellation.Token).AsTask();
        await Eventually.Until(() => _budget.Waiting == 1);
        await cancellation.CancelAsync();

        Assert.That(async () => await reading, Throws.InstanceOf<OperationCanceledException>());
        _budget.Release(10_000_000);
    }

    [Test]
    public void Random_bytes_never_do_more_than_end_the_reading() =>
        Gen.Byte.Array[0, 400].SampleAsync(
            async bytes =>
            {
                var (client, reader) = NewReader();
                await client.SendAsync(bytes, CancellationToken.None);
                await client.CloseSendAsync(CancellationToken.None);
                FrameReadResult read;
                while ((read = await reader.ReadAsync(CancellationToken.None)).Kind == FrameReadKind.Frame)
                {
                    read.OwnedFrame.Dispose();
                }

                return read.Kind is FrameReadKind.End or FrameReadKind.Malformed or FrameReadKind.Truncated;
            },
            threads: 1).Wait();

    private static byte[] Body(int size, int salt)
    {
        var body = new byte[size];
        new Random(salt).NextBytes(body);
        return body;
    }

    private static async Task SendAsync(MemoryTransport client, byte[] bytes, int cut)
    {
        for (var position = 0; position < bytes.Length; position += cut)
        {
            await client.SendAsync(bytes.AsMemory(position, Math.Min(cut, bytes.Length - position)), CancellationToken.None);
        }
    }

    private async Task SendSizeAsync(int size)
    {
        var prefix = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(prefix, size);
        await _client.SendAsync(prefix, CancellationToken.None);
    }

    private (MemoryTransport Client, FrameReader Reader) NewReader(int capacity = 64 * 1024)
    {
        var end = new IPEndPoint(IPAddress.Loopback, 1);
        var (client, server) = MemoryTransport.CreatePair(end, end, capacity);
        return (client, new FrameReader(server, _pool, _budget, Maximum, TimeProvider.System));
    }
}
