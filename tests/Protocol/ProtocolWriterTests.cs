using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Protocol.Json;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Storage;
using Microsoft.Win32.SafeHandles;
using RecordsField = Kafka.Modular.Protocol.Messages.Records;

namespace Kafka.Modular.Protocol.Tests;

public sealed class ProtocolWriterTests
{
    [Test]
    public void Records_become_regions_of_the_output_and_are_disposed_with_it()
    {
        var pool = new BufferPool();
        var lease = new MemoryLease([.. Enumerable.Range(0, 5000).Select(i => (byte)i)]);
        FetchResponse response = Response(new RecordsField(lease));
        using (OutputBuffer output = pool.RentOutput())
        {
            using (var writer = new ProtocolWriter(output))
            {
                response.Write(writer, 16);
            }

            int regions = 0;
            for (int i = 0; i < output.SegmentCount; i++)
            {
                regions += output.Segment(i).Region is null ? 0 : 1;
            }

            Assert.That(regions, Is.EqualTo(1));
            Assert.That(output.BytesInMemory, Is.EqualTo(output.Length - 5000));
            Assert.That(lease.Disposals, Is.Zero);
            Assert.That(output.ToArray(), Is.EqualTo(ProtocolWriter.ToArray(Response(lease.Bytes), 16)));
        }

        Assert.That(lease.Disposals, Is.EqualTo(1));
        pool.ThrowIfRented();
    }

    [Test]
    public void A_large_message_with_many_tags_is_the_same_in_an_output_and_in_one_piece()
    {
        var response = new FetchResponse { NodeEndpoints = [.. Enumerable.Range(0, 300).Select(i => new FetchResponse.NodeEndpoint { NodeId = new(i), Host = $"host-{i}" })] };
        response.Responses = [.. Enumerable.Range(0, 2000).Select(i => new FetchResponse.FetchableTopicResponse
        {
            TopicId = new(i, i),
            Partitions =
            [
                new()
                {
                    PartitionIndex = i,
                    CurrentLeader = new() { LeaderId = new(i % 3), LeaderEpoch = i },
                    DivergingEpoch = i % 2 == 0 ? new() : new() { Epoch = 4, EndOffset = i },
                    Records = new byte[i % 50],
                },
            ],
            UnknownTags = i % 7 == 0 ? [new UnknownTag(3, new byte[i])] : null,
        })];
        var pool = new BufferPool();
        using OutputBuffer output = pool.RentOutput();
        using (var writer = new ProtocolWriter(output))
        {
            MessageFraming.WriteResponse(writer, response, 17, 42);
            Assert.That(writer.Length, Is.EqualTo(output.Length));
        }

        byte[] bytes = output.ToArray();
        var reader = new ProtocolReader(bytes.AsMemory());
        Assert.That(MessageFraming.ReadResponseHeader(ref reader, ApiKey.Fetch, 17).CorrelationId, Is.EqualTo(42));
        Assert.That(reader.Rest.ToArray(), Is.EqualTo(ProtocolWriter.ToArray(response, 17)));
        FetchResponse back = FetchResponse.Read(ref reader, 17);
        reader.EnsureEnd();
        Assert.That(JsonMessageWriter.ToText(back, 17), Is.EqualTo(JsonMessageWriter.ToText(response, 17)));
    }

    [Test]
    public void A_lossy_field_is_dropped_where_the_version_lacks_it_and_any_other_is_refused()
    {
        var lossy = new FetchRequest { RackId = "a" };
        Assert.That(() => ProtocolWriter.ToArray(lossy, 10), Throws.Nothing);
        var strict = new FetchRequest { Topics = [new() { Topic = "a", Partitions = [new() { PartitionMaxBytes = 1 }] }], ForgottenTopicsData = [new() { Topic = "b" }] };
        Assert.That(
            () => ProtocolWriter.ToArray(strict, 6),
            Throws.TypeOf<UnsupportedVersionException>().With.Message.EqualTo("FetchRequest version 6 cannot carry ForgottenTopicsData"));
    }

    [Test]
    public void Null_is_not_written_where_the_version_has_no_null()
    {
        var request = new MetadataRequest { Topics = null };
        Assert.Throws<UnsupportedVersionException>(() => ProtocolWriter.ToArray(request, 0));
        Assert.That(ProtocolWriter.ToArray(request, 1), Is.EqualTo(new byte[] { 0xff, 0xff, 0xff, 0xff }));
    }

    [Test]
    public void A_failure_inside_tagged_fields_leaks_no_memory()
    {
        var pool = new BufferPool();
        using (OutputBuffer output = pool.RentOutput())
        using (var writer = new ProtocolWriter(output))
        {
            var response = new FetchResponse { NodeEndpoints = [new() { Host = new string('x', 40000) }] };
            Assert.Throws<ProtocolException>(() => response.Write(writer, 16));
        }

        pool.ThrowIfRented();
    }

    private static FetchResponse Response(RecordsField records) => new()
    {
        SessionId = 5,
        Responses = [new() { TopicId = new(1, 2), Partitions = [new() { PartitionIndex = 3, HighWatermark = 9, Records = records }] }],
    };

    private sealed class MemoryLease(byte[] bytes) : ILogLease
    {
        public byte[] Bytes => bytes;

        public int Disposals { get; private set; }

        public int Length => bytes.Length;

        public SafeFileHandle? FileHandle => null;

        public long FilePosition => 0;

        public bool TryGetMemory(out ReadOnlyMemory<byte> memory)
        {
            memory = default;
            return false;
        }

        public int Read(int offset, Span<byte> destination)
        {
            int count = Math.Min(destination.Length, Math.Min(1000, bytes.Length - offset));
            bytes.AsSpan(offset, count).CopyTo(destination);
            return count;
        }

        public void Dispose() => Disposals++;
    }
}
