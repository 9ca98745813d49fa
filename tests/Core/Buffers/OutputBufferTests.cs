using System.Buffers;
using CsCheck;
using Kafka.Modular.Core.Buffers;

namespace Kafka.Modular.Core.Tests.Buffers;

public sealed class OutputBufferTests
{
    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = true });

    [TearDown]
    public void Everything_is_returned() => _pool.ThrowIfRented();

    [Test]
    public void Small_writes_end_up_in_one_piece()
    {
        using var output = _pool.RentOutput();
        output.Write([1, 2, 3]);
        output.Write([4]);

        Assert.That(output.Length, Is.EqualTo(4));
        Assert.That(output.SegmentCount, Is.EqualTo(1));
        Assert.That(output.Segment(0).Bytes.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void Reserved_bytes_can_be_filled_in_after_what_follows_them()
    {
        using var output = _pool.RentOutput();
        var length = output.Reserve(4);
        output.Write(new byte[10_000]);
        length.Span.Fill(9);

        Assert.That(output.ToArray().Take(5), Is.EqualTo(new byte[] { 9, 9, 9, 9, 0 }));
        Assert.That(output.Length, Is.EqualTo(10_004));
        Assert.That(output.BytesInMemory, Is.EqualTo(10_004));
    }

    [Test]
    public void A_region_is_a_piece_of_its_own_and_is_disposed_once_with_the_message()
    {
        var region = new TestLease([7, 7]);
        var output = _pool.RentOutput();
        output.Write([1]);
        output.Append(region);
        output.Write([2]);

        Assert.That(output.SegmentCount, Is.EqualTo(3));
        Assert.That(output.Segment(1).Region, Is.SameAs(region));
        Assert.That(output.ToArray(), Is.EqualTo(new byte[] { 1, 7, 7, 2 }));
        Assert.That(output.BytesInMemory, Is.EqualTo(2));
        output.Dispose();
        Assert.That(region.Disposals, Is.EqualTo(1));
        Assert.That(output.Dispose, Throws.InvalidOperationException);
    }

    [Test]
    public void Sealing_puts_the_size_directly_in_front_of_the_first_bytes()
    {
        using var output = _pool.RentOutput();
        output.Write([1, 2, 3]);
        output.SealFrame();

        Assert.That(output.SegmentCount, Is.EqualTo(1));
        Assert.That(output.Segment(0).Bytes.ToArray(), Is.EqualTo(new byte[] { 0, 0, 0, 3, 1, 2, 3 }));
        Assert.That(output.SealFrame, Throws.InvalidOperationException);
    }

    [Test]
    public void Sealing_an_empty_message_gives_a_frame_of_size_0()
    {
        using var output = _pool.RentOutput();
        output.SealFrame();

        Assert.That(output.ToArrayOfSegments(), Is.EqualTo(new byte[] { 0, 0, 0, 0 }));
    }

    [Test]
    public void Sealing_a_message_that_begins_with_a_region_puts_the_size_before_it()
    {
        using var output = _pool.RentOutput();
        output.Append(new TestLease([5, 6]));
        output.Write([7]);
        output.SealFrame();

        Assert.That(output.ToArrayOfSegments(), Is.EqualTo(new byte[] { 0, 0, 0, 3, 5, 6, 7 }));
    }

    [Test]
    public void Sealing_a_message_that_begins_with_borrowed_bytes_puts_the_size_before_them()
    {
        using var output = _pool.RentOutput();
        output.AppendBorrowed(new byte[] { 5, 6 });
        output.SealFrame();

        Assert.That(output.ToArrayOfSegments(), Is.EqualTo(new byte[] { 0, 0, 0, 2, 5, 6 }));
    }

    [Test]
    public void A_message_keeps_what_was_written_whatever_the_sizes() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 20_000]).Array[0, 30].Sample(steps =>
        {
            using var output = _pool.RentOutput();
            var expected = new List<byte>();
            foreach (var (kind, size) in steps)
            {
                var bytes = new byte[size];
                Array.Fill(bytes, (byte)expected.Count);
                expected.AddRange(bytes);
                switch (kind)
                {
                    case 0:
                        output.Write(bytes);
                        break;
                    case 1:
                        bytes.CopyTo(output.Reserve(size));
                        break;
                    case 2:
                        output.Append(new TestLease(bytes) { ReadLimit = 777 });
                        break;
                    default:
                        output.AppendBorrowed(bytes);
                        break;
                }
            }

            Assert.That(output.ToArray(), Is.EqualTo(expected));
            output.SealFrame();
            Assert.That(output.ToArrayOfSegments().AsSpan(4).SequenceEqual(expected.ToArray()));
        });

    [Test]
    public void Renting_writing_and_returning_allocates_nothing_once_the_pool_is_warm()
    {
        var pool = new BufferPool(new BufferPoolOptions { Checked = false });
        Use(pool);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Use(pool);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Use(BufferPool pool)
    {
        using var output = pool.RentOutput();
        output.GetSpan(100).Clear();
        output.Advance(100);
        output.SealFrame();
    }
}
