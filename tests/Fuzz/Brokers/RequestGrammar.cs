using System.Buffers.Binary;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Fuzz.Tests.Targets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Fuzz.Tests.Brokers;

/// <summary>Makes and changes what a client sends: requests one behind the other, each with its size.</summary>
/// <param name="served">The APIs that the broker serves.</param>
internal sealed class RequestGrammar(Func<IReadOnlyList<ApiDescriptor>> served)
{
    private const int MostFrames = 16;
    private readonly BatchGrammar _batches = new(new CompressionCodecs(Codecs.Create()));

    public byte[] Create(RandomSource random)
    {
        var frames = new List<byte[]>();
        for (var left = 1 + random.Next(6); left > 0; left--)
        {
            frames.Add(Request(random));
        }

        return Join(frames);
    }

    public byte[] Mutate(byte[] input, byte[] other, RandomSource random)
    {
        if (random.Next(12) == 0)
        {
            // Sizes may be wrong after that, so that the rest is anything.
            return Mutation.Mutate(input, other, random);
        }

        var frames = RequestStream.Frames(input).Select(frame => input[frame]).ToList();
        var others = RequestStream.Frames(other).Select(frame => other[frame]).ToList();
        for (var left = 1 + random.Next(2); left > 0; left--)
        {
            MutateFrames(frames, others, random);
        }

        if (frames.Count > MostFrames)
        {
            frames.RemoveRange(MostFrames, frames.Count - MostFrames);
        }

        return Join(frames);
    }

    private void MutateFrames(List<byte[]> frames, List<byte[]> others, RandomSource random)
    {
        var at = random.Next(Math.Max(frames.Count, 1));
        switch (frames.Count == 0 ? 0 : random.Next(6))
        {
            case 0:
                frames.Insert(frames.Count == 0 ? 0 : at, Request(random));
                break;
            case 1 when others.Count > 0:
                frames.Insert(at, others[random.Next(others.Count)]);
                break;
            case 2:
                frames.RemoveAt(at);
                break;
            case 3:
                frames.Add(frames[at]);
                break;
            case 4 when frames[at].Length >= 4:
                // Another version of the same API, or an API that is not meant.
                frames[at] = [.. frames[at]];
                frames[at][random.Next(4) == 0 ? 1 : 3] = (byte)random.Next(random.Next(4) == 0 ? 128 : 20);
                break;
            default:
                frames[at] = Mutation.Mutate(frames[at], others.Count == 0 ? [] : others[random.Next(others.Count)], random);
                break;
        }
    }

    private byte[] Request(RandomSource random)
    {
        var apis = served();
        var api = apis[random.Next(apis.Count)];
        var version = (short)(api.LowestVersion + random.Next(api.HighestVersion - api.LowestVersion + 1));
        using var writer = ProtocolWriter.CreateContiguous();
        MessageFraming.WriteRequest(writer, new RequestVisitor(random, _batches).Create(api, version), version, random.Next(1000), random.Next(3) == 0 ? null : "fuzz");
        return writer.WrittenMemory.ToArray();
    }

    private static byte[] Join(List<byte[]> frames)
    {
        var bytes = new List<byte>();
        foreach (var frame in frames.Where(frame => frame.Length > 0))
        {
            var size = new byte[sizeof(int)];
            BinaryPrimitives.WriteInt32BigEndian(size, frame.Length);
            bytes.AddRange(size);
            bytes.AddRange(frame);
        }

        return [.. bytes];
    }
}
