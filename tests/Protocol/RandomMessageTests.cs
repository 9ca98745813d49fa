using CsCheck;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol.Json;

namespace Kafka.Modular.Protocol.Tests;

public sealed class RandomMessageTests
{
    private static readonly Gen<(MessageDescriptor Message, short Version, ulong Seed)> Any =
        from index in Gen.Int[0, MessageCatalog.Messages.Count - 1]
        let message = MessageCatalog.Messages[index]
        from version in Gen.Short[message.LowestVersion, message.HighestVersion]
        from seed in Gen.ULong
        select (message, version, seed);

    [Test]
    public void Any_message_survives_its_bytes_its_json_and_an_output()
    {
        var pool = new BufferPool();
        Any.Sample(
            sample =>
            {
                (MessageDescriptor descriptor, short version, ulong seed) = sample;
                IMessage message = RandomMessage.Create(descriptor, version, new SeededRandomSource(seed));
                byte[] bytes = ProtocolWriter.ToArray(message, version);
                var reader = new ProtocolReader(bytes.AsMemory());
                IMessage back = descriptor.Read(ref reader, version);
                reader.EnsureEnd();
                string json = JsonMessageWriter.ToText(message, version);
                IMessage fromJson = descriptor.Create();
                JsonMessageReader.Fill(System.Text.Json.JsonElement.Parse(json), fromJson, version);
                fromJson.UnknownTags = message.UnknownTags;
                return ProtocolWriter.ToArray(back, version).AsSpan().SequenceEqual(bytes)
                    && JsonMessageWriter.ToText(back, version) == json
                    && ProtocolWriter.ToArray(fromJson, version).AsSpan().SequenceEqual(bytes)
                    && ThroughOutput(pool, message, version).AsSpan().SequenceEqual(bytes);
            },
            iter: 3000,
            threads: 1,
            print: sample => $"{sample.Message.Name} v{sample.Version} seed {sample.Seed}");
        pool.ThrowIfRented();
    }

    [Test]
    public void A_document_with_a_field_too_many_or_too_few_is_refused()
    {
        MessageDescriptor heartbeat = MessageCatalog.Find("HeartbeatRequest")!;
        const string Good = """{"groupId":"g","generationId":1,"memberId":"m","groupInstanceId":null}""";
        Assert.That(() => Fill(heartbeat, Good, 4), Throws.Nothing);
        Assert.That(() => Fill(heartbeat, Good, 2), Throws.TypeOf<ProtocolException>().With.Message.EqualTo("$: version 2 has no groupInstanceId"));
        Assert.That(() => Fill(heartbeat, """{"groupId":"g","generationId":1}""", 2), Throws.TypeOf<ProtocolException>().With.Message.EqualTo("$.memberId is missing"));
        Assert.That(() => Fill(heartbeat, Good.Replace("1", "1.5"), 4), Throws.TypeOf<ProtocolException>().With.Message.Contains("$.generationId: expected a whole number"));
        Assert.That(() => Fill(heartbeat, Good.Replace("\"m\"", "null"), 4), Throws.TypeOf<ProtocolException>().With.Message.Contains("$.memberId"));
        Assert.That(() => Fill(heartbeat, "[]", 4), Throws.TypeOf<ProtocolException>().With.Message.EqualTo("$: expected an object"));
    }

    private static void Fill(MessageDescriptor descriptor, string json, short version) =>
        JsonMessageReader.Fill(System.Text.Json.JsonElement.Parse(json), descriptor.Create(), version);

    private static byte[] ThroughOutput(BufferPool pool, IMessage message, short version)
    {
        using OutputBuffer output = pool.RentOutput();
        using (var writer = new ProtocolWriter(output))
        {
            message.Write(writer, version);
        }

        return output.ToArray();
    }
}
