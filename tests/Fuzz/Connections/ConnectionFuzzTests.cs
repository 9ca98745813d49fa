using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network;

namespace Kafka.Modular.Fuzz.Tests.Connections;

/// <summary>
/// Peers of every bad sort against a live server: whatever they send and however they leave, a good client is answered all the while, and
/// at the end nothing is left over.
/// </summary>
public sealed class ConnectionFuzzTests
{
    private const int Sessions = 400;
    private const int Together = 8;

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });
    private readonly CountingLoggers _log = new();
    private readonly ConcurrentQueue<Exception> _faults = new();

    [TestCase(1UL, false)]
    [TestCase(2UL, true)]
    [TestCase(3UL, true)]
    public async Task Bad_peers_harm_nobody_and_leave_nothing_behind(ulong seed, bool sockets)
    {
        INetwork network = sockets ? new SocketNetwork() : new MemoryNetwork();
        await using var timers = new EventLoop("timers", TimeProvider.System, _faults.Enqueue);
        var dispatcher = new FuzzDispatcher(_pool, seed);
        var server = FuzzServer.Create(network, _pool, timers, dispatcher, _log);
        await server.BindAsync(CancellationToken.None);
        server.StartAccepting();
        var address = server.Listeners[0].Addresses[0];
        using var end = new CancellationTokenSource();
        var good = Task.Run(() => AskUntilEndAsync(network, address, end.Token));

        var random = new SeededRandomSource(seed);
        for (var done = 0; done < Sessions; done += Together)
        {
            var sources = Enumerable.Range(0, Together).Select(_ => random.Fork()).ToList();
            await Task.WhenAll(sources.Select(source => Task.Run(() => new FuzzPeer(source, network, address).RunAsync())))
                .WaitAsync(TimeSpan.FromSeconds(30));
        }

        await end.CancelAsync();
        var answers = await good.WaitAsync(TimeSpan.FromSeconds(10));
        await server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        TestContext.Out.WriteLine($"{dispatcher.Dispatched} requests came through, {answers} answers to the good client, {_log.Warnings} warnings");
        Assert.That(answers, Is.Positive);
        Assert.That(server.ConnectionCount, Is.Zero);
        Assert.That(server.RequestMemory.Reserved, Is.Zero);
        Assert.That(_faults, Is.Empty);
        Assert.That(_log.Errors, Is.Empty);
        Assert.That(_log.Warnings, Is.LessThanOrEqualTo(60), "lines that peers provoke are written at a bounded rate");
        _pool.ThrowIfRented();
    }

    private static async Task<int> AskUntilEndAsync(INetwork network, IPEndPoint address, CancellationToken end)
    {
        await using var transport = await network.ConnectAsync(address, new TransportOptions(), CancellationToken.None);
        var reply = new byte[64];
        var answers = 0;
        while (!end.IsCancellationRequested)
        {
            var body = Encoding.ASCII.GetBytes($"good {answers}");
            byte[] request = [0, 0, 0, (byte)body.Length, .. body];
            await transport.SendAsync(request, CancellationToken.None);
            for (var received = 0; received < request.Length;)
            {
                var count = await transport.ReceiveAsync(reply.AsMemory(received), CancellationToken.None);
                Assert.That(count, Is.Positive, "the good client was cut off");
                received += count;
            }

            Assert.That(reply.AsSpan(0, request.Length).SequenceEqual(request));
            answers++;
        }

        return answers;
    }
}
