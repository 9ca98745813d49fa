using CsCheck;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Tests.Support;

namespace Kafka.Modular.Network.Tests.Frames;

public sealed class ReplyQueueTests : IDisposable
{
    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });
    private readonly Receiver _receiver = new();
    private readonly ReplyQueue _queue = new(4, 100);

    public void Dispose() => _pool.ThrowIfRented();

    [Test]
    public void Replies_leave_in_the_order_of_requests_whatever_order_they_complete_in() =>
        Gen.Int[1, 40].SelectMany(static n => Gen.Shuffle(Enumerable.Range(0, n).ToArray())).Sample(order =>
        {
            var queue = new ReplyQueue(1000, 1 << 20);
            var pending = order.Select(_ => Add(queue)).ToList();
            var sent = new List<byte>();
            foreach (var number in order)
            {
                if (queue.Complete(pending[number], Reply.Send(Message((byte)number, 1))))
                {
                    sent.AddRange(SendAll(queue));
                }
            }

            Assert.That(sent, Is.EqualTo(Enumerable.Range(0, order.Length)));
            Assert.That(queue.Outstanding, Is.Zero);
        });

    [Test]
    public async Task Replies_leave_in_order_when_many_threads_complete_them()
    {
        const int Count = 5_000;
        var queue = new ReplyQueue(Count, long.MaxValue);
        var pending = Enumerable.Range(0, Count).Select(_ => Add(queue)).ToArray();
        var sent = new List<byte>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            foreach (var number in Enumerable.Range(0, Count).Where(i => i % 4 == worker).Reverse())
            {
                if (queue.Complete(pending[number], Reply.Send(Message((byte)number, 1))))
                {
                    sent.AddRange(SendAll(queue));
                }
            }
        })));

        Assert.That(sent, Is.EqualTo(Enumerable.Range(0, Count).Select(static i => (byte)i)));
    }

    [Test]
    public void Only_one_sender_is_started()
    {
        var first = Add(_queue);
        var second = Add(_queue);

        Assert.That(_queue.Complete(second, Reply.None), Is.False, "it is not its turn");
        Assert.That(_queue.Complete(first, Reply.None));
        var third = Add(_queue);
        Assert.That(_queue.Complete(third, Reply.None), Is.False, "a sender is at work");
        Assert.That(SendAll(_queue), Has.Count.EqualTo(3));
    }

    [Test]
    public void The_sender_is_told_whether_another_reply_follows_at_once()
    {
        var pending = Enumerable.Range(0, 3).Select(_ => Add(_queue)).ToList();
        _queue.Complete(pending[1], Reply.None);
        _queue.Complete(pending[0], Reply.None);

        Assert.That(_queue.TryTake(out _, out _, out var isLast));
        Assert.That(isLast, Is.False);
        Assert.That(_queue.TryTake(out _, out _, out isLast));
        Assert.That(isLast, "the third is not there yet");
        Assert.That(_queue.TryTake(out _, out _, out _), Is.False);
        _queue.Complete(pending[2], Reply.None);
    }

    [Test]
    public void There_is_room_for_a_bounded_number_of_requests()
    {
        var pending = Enumerable.Range(0, 4).Select(_ => Add(_queue)).ToList();
        var room = _queue.WaitForRoomAsync().AsTask();
        Assert.That(room.IsCompleted, Is.False);

        _queue.Complete(pending[0], Reply.None);
        Assert.That(SendAll(_queue), Has.Count.EqualTo(1));
        Assert.That(room.IsCompleted);
    }

    [Test]
    public void There_is_no_room_while_too_many_bytes_wait_for_the_peer()
    {
        var pending = Add(_queue);
        Assert.That(_queue.Complete(pending, Reply.Send(Message(1, 101))));
        var room = _queue.WaitForRoomAsync().AsTask();
        Assert.That(room.IsCompleted, Is.False);

        SendAll(_queue);
        Assert.That(room.IsCompleted);
    }

    [Test]
    public void Closing_drops_what_waits_and_what_comes_later()
    {
        var pending = Enumerable.Range(0, 3).Select(_ => Add(_queue)).ToList();
        _queue.Complete(pending[1], Reply.Send(Message(1, 10)));
        _queue.Close();
        var empty = _queue.WhenEmptyAsync();
        Assert.That(_pool.ThrowIfRented, Throws.Nothing);
        Assert.That(empty.IsCompleted, Is.False);

        Assert.That(_queue.Complete(pending[0], Reply.Send(Message(0, 10))), Is.False);
        Assert.That(_queue.Complete(pending[2], Reply.Send(Message(2, 10))), Is.False);
        Assert.That(empty.IsCompleted);
        Assert.That(_queue.TryAdd(_receiver, out _), Is.False);
        Assert.That(_queue.WaitForRoomAsync().AsTask().IsCompleted, "whoever waits must see the end");
    }

    [Test]
    public void The_end_is_told_only_when_everything_dropped_is_disposed()
    {
        var pending = Enumerable.Range(0, 2).Select(_ => Add(_queue)).ToList();
        Task? empty = null;
        var toldEarly = false;
        foreach (var request in pending)
        {
            var message = _pool.RentOutput();
            message.Append(new TestLease { OnDispose = () => toldEarly |= empty!.IsCompleted });
            _queue.Complete(request, Reply.Send(message));
        }

        empty = _queue.WhenEmptyAsync();
        _queue.Close();
        Assert.That(empty.IsCompleted);
        Assert.That(toldEarly, Is.False);
    }

    [Test]
    public void Draining_takes_no_more_requests_and_tells_when_the_last_reply_was_sent()
    {
        var pending = Enumerable.Range(0, 2).Select(_ => Add(_queue)).ToList();
        Assert.That(_queue.BeginDrain(), Is.False, "requests are under way");
        Assert.That(_queue.TryAdd(_receiver, out _), Is.False);

        _queue.Complete(pending[0], Reply.None);
        _queue.TryTake(out _, out _, out _);
        Assert.That(_queue.OnSent(0), Is.False);
        _queue.Complete(pending[1], Reply.None);
        _queue.TryTake(out _, out _, out _);
        Assert.That(_queue.OnSent(0));
    }

    [Test]
    public void An_empty_queue_has_drained_at_once()
    {
        Assert.That(_queue.BeginDrain());
        Assert.That(_queue.BeginDrain(), Is.False, "once");
    }

    private PendingReply Add(ReplyQueue queue)
    {
        Assert.That(queue.TryAdd(_receiver, out var pending));
        return pending!;
    }

    private OutputBuffer Message(byte value, int count)
    {
        var message = _pool.RentOutput();
        message.GetSpan(count)[..count].Fill(value);
        message.Advance(count);
        return message;
    }

    private static List<byte> SendAll(ReplyQueue queue)
    {
        var sent = new List<byte>();
        while (queue.TryTake(out var reply, out _, out _))
        {
            sent.Add(reply.Message is null ? (byte)0 : reply.Message.ToArray()[0]);
            var bytes = reply.Message?.BytesInMemory ?? 0;
            reply.Message?.Dispose();
            queue.OnSent(bytes);
        }

        return sent;
    }

    private sealed class Receiver : IReplyReceiver
    {
        public void OnReply(PendingReply pending, Reply ownedReply, Exception? fault, bool onReceiver)
        {
        }
    }
}
