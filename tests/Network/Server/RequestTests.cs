using System.Text;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Network.Tests.Server;

/// <summary>Requests and replies, over sockets and over memory alike.</summary>
[TestFixture(false)]
[TestFixture(true)]
public sealed class RequestTests(bool sockets)
{
    private readonly INetwork _network = sockets ? new SocketNetwork() : new MemoryNetwork();

    [Test]
    public async Task A_request_is_answered()
    {
        await using var server = await TestServer.StartAsync(_network);
        await using var client = await server.ConnectAsync();

        Assert.That(await client.AskAsync("hello"), Is.EqualTo("hello"));
        Assert.That(await client.AskAsync(""), Is.EqualTo(""));
        Assert.That(await client.AskAsync(new string('x', 2_000_000)), Has.Length.EqualTo(2_000_000));
    }

    [Test]
    public async Task Pipelined_requests_are_dispatched_in_order_and_answered_in_order_whatever_order_they_complete_in()
    {
        var random = new Random(1);
        var seen = new List<string>();
        var waiting = new List<(TaskCompletionSource<Reply> Task, Reply Reply)>();
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher((_, frame, _) =>
        {
            lock (waiting)
            {
                seen.Add(Encoding.UTF8.GetString(frame.Span));
                var reply = Reply.Send(Dispatcher.Copy(pool, frame));
                if (random.Next(3) == 0)
                {
                    return ValueTask.FromResult(reply);
                }

                var task = new TaskCompletionSource<Reply>();
                waiting.Add((task, reply));
                return new ValueTask<Reply>(task.Task);
            }
        }));
        await using var client = await server.ConnectAsync();
        var expected = Enumerable.Range(0, 1000).Select(i => $"request {i} {new string('x', random.Next(500))}").ToList();
        var sending = client.SendRawAsync(expected.SelectMany(static text => TestClient.Frame(Encoding.UTF8.GetBytes(text))).ToArray());
        var received = new List<string>();
        var receiving = Task.Run(async () =>
        {
            while (received.Count < expected.Count)
            {
                received.Add(await client.ReceiveTextAsync());
            }
        });
        while (!receiving.IsCompleted)
        {
            CompleteOne(waiting, random);
            await Task.Yield();
        }

        await receiving;
        await sending;
        Assert.That(seen, Is.EqualTo(expected));
        Assert.That(received, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_request_without_reply_does_not_hold_up_those_after_it()
    {
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher((_, frame, _) =>
        {
            var silent = frame.Span.StartsWith("acks=0"u8);
            var copy = Dispatcher.Copy(pool, frame);
            if (silent)
            {
                copy.Dispose();
            }

            return ValueTask.FromResult(silent ? Reply.None : Reply.Send(copy));
        }));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("acks=0");
        await client.SendAsync("acks=0");
        await client.SendAsync("a");
        await client.SendAsync("acks=0");

        Assert.That(await client.AskAsync("b"), Is.EqualTo("a"));
        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("b"));
    }

    [TestCase(false, null)]
    [TestCase(true, "bye")]
    public async Task A_reply_can_close_the_connection_after_earlier_replies_were_sent(bool withMessage, string? last)
    {
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher((_, frame, _) =>
        {
            var copy = Dispatcher.Copy(pool, frame);
            if (copy.Segment(0).Bytes.Span[0] != (byte)'b' || copy.SegmentCount != 1)
            {
                return ValueTask.FromResult(Reply.Send(copy));
            }

            if (withMessage)
            {
                return ValueTask.FromResult(Reply.SendAndClose(copy));
            }

            copy.Dispose();
            return ValueTask.FromResult(Reply.Close);
        }));
        await using var client = await server.ConnectAsync();
        await client.SendRawAsync(new[] { "one", "two", "bye", "three" }.SelectMany(static t => TestClient.Frame(Encoding.UTF8.GetBytes(t))).ToArray());

        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("one"));
        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("two"));
        if (last is not null)
        {
            Assert.That(await client.ReceiveTextAsync(), Is.EqualTo(last));
        }

        Assert.That(await client.TryReceiveAsync(), Is.Null, "an orderly end");
        await client.DisposeAsync();
        await Eventually.Until(() => server.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task A_dispatcher_that_throws_closes_that_connection_with_one_line_and_no_other([Values] bool later)
    {
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher(async (_, frame, _) =>
        {
            var copy = Dispatcher.Copy(pool, frame);
            if (copy.Length == 3)
            {
                copy.Dispose();
                if (later)
                {
                    await Task.Yield();
                }

                throw new FormatException("a bug");
            }

            return Reply.Send(copy);
        }));
        await using var good = await server.ConnectAsync();
        await using var bad = await server.ConnectAsync();
        await bad.SendAsync("bad");

        Assert.That(await bad.IsClosedAsync());
        Assert.That(await good.AskAsync("good"), Is.EqualTo("good"));
        var lines = server.Log.AtLeast(LogLevel.Information).Where(static l => l.Id == 2025).ToList();
        Assert.That(lines, Has.Count.EqualTo(1));
        Assert.That(lines[0].Exception, Is.TypeOf<FormatException>());
        Assert.That(lines[0].Category, Is.EqualTo("kafka.network.Processor"));
    }

    [Test]
    public async Task A_connection_knows_its_ends_and_keeps_state_for_modules()
    {
        ConnectionContext? context = null;
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher((connection, frame, _) =>
        {
            context = connection;
            connection.GetOrAdd(static _ => new StringBuilder()).Append(Encoding.UTF8.GetString(frame.Span));
            return ValueTask.FromResult(Reply.Send(Dispatcher.Copy(pool, frame)));
        }));
        await using var client = await server.ConnectAsync();
        await client.AskAsync("a");
        await client.AskAsync("b");

        Assert.That(context!.Find<StringBuilder>()!.ToString(), Is.EqualTo("ab"));
        Assert.That(context.Find<string>(), Is.Null);
        Assert.That(context.Principal.ToString(), Is.EqualTo("User:ANONYMOUS"));
        Assert.That((context.ClientSoftwareName, context.ClientSoftwareVersion), Is.EqualTo(("unknown", "unknown")));
        Assert.That(context.Listener.Name, Is.EqualTo("PLAINTEXT"));
        Assert.That(context.Remote, Is.EqualTo(client.Transport.LocalEndPoint));
        Assert.That(context.Id, Does.Match($"^127\\.0\\.0\\.1:{server.Address.Port}-127\\.0\\.0\\.1:{context.Remote.Port}-0-[0-9]+$"));
    }

    [Test]
    public async Task A_connection_that_dies_cancels_its_requests_and_frees_what_they_hold()
    {
        var cancelled = new TaskCompletionSource();
        var region = new TestLease();
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher(async (_, frame, token) =>
        {
            using (frame)
            {
                using var registration = token.Register(() => cancelled.TrySetResult());
                await cancelled.Task;
                var output = pool.RentOutput();
                output.Append(region);
                return Reply.Send(output);
            }
        }));
        var client = await server.ConnectAsync();
        await client.SendAsync("a");
        await Eventually.Until(() => server.Dispatcher.Dispatched == 1);
        Assert.That(server.Server.RequestMemory.Reserved, Is.EqualTo(1));
        client.Transport.Abort();

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await Eventually.Until(() => server.Server.RequestMemory.Reserved == 0 && region.Disposals == 1);
        await Eventually.Until(() => server.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task A_sender_that_fails_gives_back_what_it_gathered_before_anyone_may_dispose_of_the_connection()
    {
        var pool = new BufferPool(new BufferPoolOptions { Checked = true });
        var atAbort = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var network = new WrappingNetwork(_network, transport => new UnsendableTransport(transport, () => atAbort.TrySetResult(pool.Statistics.RentedBuffers)));
        using var region = new TestLease();
        await using var server = await TestServer.StartAsync(network, pool: pool, dispatcher: _ => new Dispatcher((_, frame, _) =>
        {
            var output = Dispatcher.Copy(pool, frame);
            output.Append(region);
            return ValueTask.FromResult(Reply.Send(output));
        }));
        await using var client = await server.ConnectAsync();
        await client.SendAsync("a");

        Assert.That(await atAbort.Task.WaitAsync(TimeSpan.FromSeconds(10)), Is.Zero);
        await Eventually.Until(() => server.Server.ConnectionCount == 0);
    }

    [Test]
    public async Task What_is_sent_behind_a_request_that_ends_the_connection_is_not_executed([Values] bool isAnswered)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TestServer.StartAsync(_network, dispatcher: pool => new Dispatcher(async (_, frame, _) =>
        {
            var output = Dispatcher.Copy(pool, frame);
            if (output.Length == 1)
            {
                await first.Task;
                return Reply.Send(output);
            }

            if (isAnswered)
            {
                return Reply.SendAndClose(output);
            }

            output.Dispose();
            return Reply.Close;
        }));
        await using var client = await server.ConnectAsync();
        await client.SendRawAsync(new[] { "a", "bb", "cc" }.SelectMany(static text => TestClient.Frame(Encoding.UTF8.GetBytes(text))).ToArray());
        await Eventually.Until(() => server.Dispatcher.Dispatched >= 2);
        first.SetResult();

        Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("a"));
        if (isAnswered)
        {
            Assert.That(await client.ReceiveTextAsync(), Is.EqualTo("bb"));
        }

        Assert.That(await client.IsClosedAsync());
        Assert.That(server.Dispatcher.Dispatched, Is.EqualTo(2));
    }

    [Test]
    public async Task Observers_see_connections_come_and_go_and_their_faults_harm_nobody()
    {
        var observer = new Observer();
        await using var server = await TestServer.StartAsync(_network, change: parts => parts with { Observers = [observer] });
        await using (var client = await server.ConnectAsync())
        {
            await client.AskAsync("a");
        }

        await Eventually.Until(() => observer.Seen.Count == 2);
        Assert.That(observer.Seen[0], Does.StartWith("+127.0.0.1"));
        Assert.That(observer.Seen[1], Is.EqualTo("-" + observer.Seen[0][1..] + " Peer"));
        Assert.That(server.Log.AtLeast(LogLevel.Error).Select(static l => l.Exception), Has.All.TypeOf<FormatException>());
        await using var another = await server.ConnectAsync();
        Assert.That(await another.AskAsync("b"), Is.EqualTo("b"));
    }

    private static void CompleteOne(List<(TaskCompletionSource<Reply> Task, Reply Reply)> waiting, Random random)
    {
        (TaskCompletionSource<Reply> Task, Reply Reply) chosen;
        lock (waiting)
        {
            if (waiting.Count == 0)
            {
                return;
            }

            var index = random.Next(waiting.Count);
            chosen = waiting[index];
            waiting.RemoveAt(index);
        }

        chosen.Task.SetResult(chosen.Reply);
    }

    private sealed class Observer : IConnectionObserver
    {
        public List<string> Seen { get; } = [];

        public void OnConnected(ConnectionContext connection) => Add($"+{connection.Id}");

        public void OnDisconnected(ConnectionContext connection, CloseReason reason) => Add($"-{connection.Id} {reason}");

        private void Add(string line)
        {
            lock (Seen)
            {
                Seen.Add(line);
            }

            throw new FormatException("a bug of the observer");
        }
    }
}
