using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Limits;

namespace Kafka.Modular.Core.Tests.Buffers;

public sealed class BufferPoolTests
{
    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });

    [TestCase(0, 4096)]
    [TestCase(1, 4096)]
    [TestCase(4096, 4096)]
    [TestCase(4097, 8192)]
    [TestCase(65536, 65536)]
    [TestCase(65537, 131072)]
    [TestCase(1024 * 1024, 1024 * 1024)]
    [TestCase((1024 * 1024) + 1, (1024 * 1024) + 1)]
    public void A_rented_buffer_has_the_length_asked_for_in_the_smallest_slab_that_fits(int length, int capacity)
    {
        using var buffer = _pool.Rent(length);

        Assert.That(buffer.Length, Is.EqualTo(length));
        Assert.That(buffer.Memory.Length, Is.EqualTo(length));
        Assert.That(buffer.Span.Length, Is.EqualTo(length));
        Assert.That(buffer.Capacity, Is.EqualTo(capacity));
        Assert.That(buffer.FullMemory.Length, Is.EqualTo(capacity));
    }

    [Test]
    public void A_negative_length_is_refused() => Assert.That(() => _pool.Rent(-1), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_returned_slab_is_rented_again()
    {
        var pool = new BufferPool(new BufferPoolOptions { Checked = false });
        var first = pool.Rent(100);
        first.Dispose();
        using var second = pool.Rent(4000);

        Assert.That(second, Is.SameAs(first));
        Assert.That(second.Length, Is.EqualTo(4000));
    }

    [Test]
    public void Renting_and_returning_allocates_nothing()
    {
        var pool = new BufferPool(new BufferPoolOptions { Checked = false });
        pool.Rent(5000).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            pool.Rent(5000).Dispose();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Large_buffers_are_not_kept()
    {
        _pool.Rent(BufferPool.LargestSlab + 1).Dispose();

        Assert.That(_pool.Statistics, Is.EqualTo(new BufferPoolStatistics(0, 0, 0)));
    }

    [Test]
    public void Statistics_count_what_is_rented_and_what_waits()
    {
        var first = _pool.Rent(100);
        var second = _pool.Rent(5000);
        Assert.That(_pool.Statistics, Is.EqualTo(new BufferPoolStatistics(2, 4096 + 8192, 0)));

        first.Dispose();
        Assert.That(_pool.Statistics, Is.EqualTo(new BufferPoolStatistics(1, 8192, 4096)));
        second.Dispose();
    }

    [Test]
    public void A_class_keeps_no_more_idle_bytes_than_its_limit()
    {
        var pool = new BufferPool(new BufferPoolOptions { MaximumIdleBytesPerClass = 8192 });
        var buffers = Enumerable.Range(0, 5).Select(_ => pool.Rent(10)).ToList();
        buffers.ForEach(b => b.Dispose());

        Assert.That(pool.Statistics.IdleBytes, Is.EqualTo(8192));
    }

    [Test]
    public void Trimming_lets_go_of_the_slabs_that_nobody_needed_since_the_last_trim()
    {
        var buffers = Enumerable.Range(0, 10).Select(_ => _pool.Rent(10)).ToList();
        buffers.ForEach(b => b.Dispose());
        Assert.That(_pool.TrimUnused(), Is.Zero, "all ten were needed");

        _pool.Rent(10).Dispose();
        Assert.That(_pool.TrimUnused(), Is.EqualTo(9 * 4096));
        Assert.That(_pool.Statistics.IdleBytes, Is.EqualTo(4096));
    }

    [Test]
    public void Trimming_everything_empties_the_pool()
    {
        _pool.Rent(10).Dispose();
        _pool.Rent(100_000).Dispose();

        Assert.That(_pool.TrimAll(), Is.EqualTo(4096 + 131072));
        Assert.That(_pool.Statistics.IdleBytes, Is.Zero);
    }

    [Test]
    public void Resizing_stays_within_the_capacity()
    {
        using var buffer = _pool.Rent(10);
        buffer.Resize(4096);

        Assert.That(buffer.Memory.Length, Is.EqualTo(4096));
        Assert.That(() => buffer.Resize(4097), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_returned_buffer_cannot_be_used()
    {
        var buffer = _pool.Rent(10);
        buffer.Dispose();

        Assert.That(() => buffer.Memory, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => buffer.Span.Length, Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_checked_pool_reports_a_second_return()
    {
        var buffer = _pool.Rent(10);
        buffer.Dispose();
        _pool.Rent(10);

        Assert.That(buffer.Dispose, Throws.InvalidOperationException);
    }

    [Test]
    public void A_checked_pool_poisons_what_is_returned()
    {
        var buffer = _pool.Rent(10);
        var memory = buffer.Memory;
        buffer.Dispose();

        Assert.That(memory.ToArray(), Is.All.EqualTo(0xDB));
    }

    [Test]
    public void A_checked_pool_reports_a_write_after_the_return()
    {
        var buffer = _pool.Rent(10);
        var memory = buffer.Memory;
        buffer.Dispose();
        memory.Span[3] = 1;

        Assert.That(() => _pool.Rent(10), Throws.InvalidOperationException.With.Message.Contains("after it was disposed"));
    }

    [Test]
    public void A_leak_is_reported_with_the_method_that_rented()
    {
        Assert.That(_pool.ThrowIfRented, Throws.Nothing);
        using var buffer = _pool.Rent(77);

        Assert.That(
            _pool.ThrowIfRented,
            Throws.InvalidOperationException.With.Message.Contains($"77 bytes by {nameof(A_leak_is_reported_with_the_method_that_rented)}"));
    }

    [Test]
    public void Disposing_gives_a_charge_back_to_its_budget()
    {
        var budget = new MemoryBudget(1000);
        Assert.That(budget.TryReserve(600));
        var buffer = _pool.Rent(600);
        buffer.TakeCharge(budget, 600);
        Assert.That(() => buffer.TakeCharge(budget, 1), Throws.InvalidOperationException);
        buffer.Dispose();

        Assert.That(budget.Available, Is.EqualTo(1000));
    }

    [Test]
    public void Many_threads_never_share_a_slab()
    {
        var pool = new BufferPool(new BufferPoolOptions { Checked = true });
        Parallel.For(0, 4, worker =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var buffer = pool.Rent(64);
                buffer.Span.Fill((byte)worker);
                Thread.Yield();
                if (buffer.Span.ContainsAnyExcept((byte)worker))
                {
                    throw new InvalidOperationException("shared");
                }
            }
        });

        Assert.That(pool.ThrowIfRented, Throws.Nothing);
    }
}
