using System.Buffers.Binary;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Protocol.Tests;

public sealed class ProtocolLimitTests
{
    [Test]
    public void A_collection_larger_than_a_million_elements_is_refused()
    {
        byte[] bytes = new byte[2_000_100];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 1_000_001);
        Assert.That(() => Read(bytes, static (ref reader) => reader.ReadCount(false, false)), Throws.TypeOf<ProtocolException>().With.Message.Contains("1000000"));
        BinaryPrimitives.WriteInt32BigEndian(bytes, 1_000_000);
        Assert.That(Read(bytes, static (ref reader) => reader.ReadCount(false, false)), Is.EqualTo(1_000_000));
    }

    [Test]
    public void A_collection_that_claims_more_elements_than_there_are_bytes_allocates_nothing_for_them()
    {
        // Metadata v1: a list of topics, said to have 900,000 elements, in a frame of 4 bytes.
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, 900_000);
        Assert.Throws<ProtocolException>(() => ReadMessage<MetadataRequest>(bytes, 1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(() => ReadMessage<MetadataRequest>(bytes, 1));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(64 * 1024));
    }

    [Test]
    public void More_than_ten_thousand_tagged_fields_are_refused()
    {
        Assert.That(() => ReadMessage<HeartbeatRequest>(Tags(10_001), 4), Throws.TypeOf<ProtocolException>().With.Message.Contains("10000"));
        Assert.That(ReadMessage<HeartbeatRequest>(Tags(10_000), 4).UnknownTags, Has.Count.EqualTo(10_000));
    }

    [Test]
    public void Negative_lengths_and_counts_are_refused()
    {
        foreach (int length in new[] { -2, int.MinValue })
        {
            byte[] bytes = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(bytes, length);
            Assert.That(() => Read(bytes, static (ref reader) => reader.ReadCount(false, true)), Throws.TypeOf<ProtocolException>());
            Assert.That(() => Read(bytes, static (ref reader) => reader.ReadBytes(false, true)), Throws.TypeOf<ProtocolException>());
        }

        Assert.That(() => Read([0xff, 0xfe], static (ref reader) => reader.ReadString(false, true)), Throws.TypeOf<ProtocolException>());
    }

    [Test]
    public void Null_is_refused_where_a_value_is_required()
    {
        Assert.That(() => Read([0xff, 0xff], static (ref reader) => reader.ReadString(false)), Throws.TypeOf<ProtocolException>());
        Assert.That(() => Read([0], static (ref reader) => reader.ReadString(true)), Throws.TypeOf<ProtocolException>());
        Assert.That(() => Read([0], static (ref reader) => reader.ReadCount(true, false)), Throws.TypeOf<ProtocolException>());
        Assert.That(Read([0], static (ref reader) => reader.ReadString(true, true)), Is.Null);
    }

    [Test]
    public void A_string_longer_than_32767_bytes_is_neither_read_nor_written()
    {
        using var writer = ProtocolWriter.CreateContiguous();
        Assert.Throws<ProtocolException>(() => writer.WriteString(new string('a', 32768), true, false));
        writer.WriteUnsignedVarint(32769);
        writer.WriteRaw(new byte[32768]);
        byte[] bytes = writer.WrittenMemory.ToArray();
        Assert.That(() => Read(bytes, static (ref reader) => reader.ReadString(true)), Throws.TypeOf<ProtocolException>());
        writer.Reset();
        writer.WriteString(new string('a', 32767), true, false);
        Assert.That(Read(writer.WrittenMemory.ToArray(), static (ref reader) => reader.ReadString(true)), Has.Length.EqualTo(32767));
    }

    [TestCase(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x10 })]
    [TestCase(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    [TestCase(new byte[] { 0x80 })]
    public void A_varint_that_is_too_long_or_cut_off_is_refused(byte[] bytes) =>
        Assert.That(() => Read(bytes, static (ref reader) => reader.ReadUnsignedVarint()), Throws.TypeOf<ProtocolException>());

    [Test]
    public void A_tagged_field_that_does_not_fill_its_length_is_refused()
    {
        // Fetch v12: the tagged cluster id, whose value is one byte longer than its length says.
        byte[] whole = ProtocolWriter.ToArray(new FetchRequest { ClusterId = "abc" }, 12);
        int at = whole.AsSpan().IndexOf("abc"u8) - 2;
        whole[at]++;
        Assert.Throws<ProtocolException>(() => ReadMessage<FetchRequest>([.. whole, 0], 12));
    }

    [Test]
    public void A_version_that_the_message_does_not_have_is_neither_read_nor_written()
    {
        Assert.Throws<UnsupportedVersionException>(() => ReadMessage<FetchRequest>(new byte[100], 3));
        Assert.Throws<UnsupportedVersionException>(() => ProtocolWriter.ToArray(new FetchRequest(), 19));
    }

    [Test]
    public void Every_prefix_of_a_message_is_refused()
    {
        byte[] whole = ProtocolWriter.ToArray(
            new MetadataResponse { Topics = [new() { Name = "orders", Partitions = [new() { PartitionIndex = 1, ReplicaNodes = [new(1), new(2)] }] }] }, 12);
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Throws<ProtocolException>(() => ReadMessage<MetadataResponse>(cut, 12));
        }
    }

    private delegate T Reading<T>(ref ProtocolReader reader);

    private static T Read<T>(byte[] bytes, Reading<T> read)
    {
        var reader = new ProtocolReader(bytes.AsMemory());
        return read(ref reader);
    }

    private static T ReadMessage<T>(byte[] bytes, short version)
        where T : class, IMessageStruct<T>, new()
    {
        var reader = new ProtocolReader(bytes.AsMemory());
        return T.Read(ref reader, version);
    }

    private static byte[] Tags(int count)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        new HeartbeatRequest { UnknownTags = [.. Enumerable.Range(100, count).Select(tag => new UnknownTag(tag, new byte[] { 1 }))] }.Write(writer, 4);
        return writer.WrittenMemory.ToArray();
    }
}
