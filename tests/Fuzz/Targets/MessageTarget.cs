using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Tests;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// The decoder of every message: it ends with the message or with a <see cref="ProtocolException"/> and allocates in proportion. What was read can
/// be written, and reads as the same again. A view takes what its message takes. An input is the length of a name, the name, a version, the message.
/// </summary>
internal sealed class MessageTarget : PureTarget
{
    private readonly ProtocolWriter _writer = ProtocolWriter.CreateContiguous();

    public override string Name => "messages";

    public override int DefaultInputs => 100_000;

    public override byte[] Create(RandomSource random)
    {
        var message = MessageCatalog.Messages[random.Next(MessageCatalog.Messages.Count)];
        var version = (short)(message.LowestVersion + random.Next(message.HighestVersion - message.LowestVersion + 1));
        return Join(message.Name, version, ProtocolWriter.ToArray(RandomMessage.Create(message, version, random), version));
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random)
    {
        var at = BodyOf(input);
        var body = Mutation.Mutate(input[at..], other[BodyOf(other)..], random);
        byte[] changed = [.. input.AsSpan(0, at), .. body];
        if (random.Next(32) == 0)
        {
            // Another version of the same message.
            changed[at - 1] = (byte)random.Next(20);
        }

        return changed;
    }

    public override byte[] Parse(string line)
    {
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Join(parts[0], short.Parse(parts[1], CultureInfo.InvariantCulture), Convert.FromHexString(parts.Length > 2 ? parts[2] : ""));
    }

    protected override bool Run(byte[] input)
    {
        var at = BodyOf(input);
        var message = MessageCatalog.Find(Encoding.ASCII.GetString(input.AsSpan(1, input[0])));
        Require(message is not null, "no message has this name");
        var version = BinaryPrimitives.ReadInt16BigEndian(input.AsSpan(at - 2));
        if (!message!.Has(version))
        {
            return false;
        }

        var body = input.AsMemory(at);
        var read = Decode(message, version, body);
        if (message.Name is "ProduceRequest" or "FetchRequest")
        {
            Require(View(message.Name, version, body) == read is not null, "the view takes what the message refuses, or the other way round");
        }

        if (read is null)
        {
            return false;
        }

        if (TryWrite(read, version) is not { } written)
        {
            // Bytes that are not UTF-8 become longer when they are read, and a string has 32,767 bytes at most.
            Require(body.Length > short.MaxValue / 3, "what was read cannot be written");
            return true;
        }

        var again = Decode(message, version, written) ?? throw new InvalidOperationException("what was read and written cannot be read again");
        Require(TryWrite(again, version).AsSpan().SequenceEqual(written), "what was read and written reads differently");
        return true;
    }

    protected override long AllocationLimit(byte[] input) => (128 * 1024) + (input.Length * 1024L);

    private static int BodyOf(byte[] input) => 1 + input[0] + sizeof(short);

    private static byte[] Join(string name, short version, byte[] body) =>
        [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)(version >> 8), (byte)version, .. body];

    private static IMessage? Decode(MessageDescriptor message, short version, ReadOnlyMemory<byte> body)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        IMessage? read = null;
        try
        {
            var reader = new ProtocolReader(body);
            read = message.Read(ref reader, version);
        }
        catch (ProtocolException)
        {
            // Refused.
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Require(allocated < (32 * 1024) + (body.Length * 256L), $"{allocated} bytes were allocated for a message of {body.Length}");
        return read;
    }

    private static bool View(string name, short version, ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new ProtocolReader(body);
            if (name == "ProduceRequest")
            {
                ProduceRequestView.Read(ref reader, version);
            }
            else
            {
                FetchRequestView.Read(ref reader, version);
            }

            return true;
        }
        catch (ProtocolException)
        {
            return false;
        }
    }

    private byte[]? TryWrite(IMessage message, short version)
    {
        _writer.Reset();
        try
        {
            message.Write(_writer, version);
            return _writer.WrittenMemory.ToArray();
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    public override ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return base.DisposeAsync();
    }
}
