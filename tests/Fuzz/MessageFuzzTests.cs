using System.Globalization;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Tests;

namespace Kafka.Modular.Fuzz.Tests;

/// <summary>
/// Whatever the bytes, decoding a message ends with the message or with a <see cref="ProtocolException"/>, and allocates in proportion to the bytes.
/// </summary>
public sealed class MessageFuzzTests
{
    private const ulong Seed = 20240229;

    [Test]
    public void Committed_inputs_do_no_harm()
    {
        int count = 0;
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Corpus", "messages.txt")))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            MessageDescriptor message = MessageCatalog.Find(parts[0])!;
            Decode(message, short.Parse(parts[1], CultureInfo.InvariantCulture), Convert.FromHexString(parts.Length > 2 ? parts[2] : ""), line);
            count++;
        }

        Assert.That(count, Is.GreaterThan(10));
    }

    [Test]
    public void Mutated_messages_do_no_harm()
    {
        var random = new SeededRandomSource(Seed);
        foreach (MessageDescriptor message in MessageCatalog.Messages)
        {
            for (short version = message.LowestVersion; version <= message.HighestVersion; version++)
            {
                byte[] whole = ProtocolWriter.ToArray(RandomMessage.Create(message, version, random), version);
                for (int round = 0; round < 12; round++)
                {
                    byte[] mutated = Mutation.Mutate(whole, random);
                    Decode(message, version, mutated, $"{message.Name} {version} {Convert.ToHexString(mutated)}");
                }
            }
        }
    }

    [Test]
    public void Random_bytes_do_no_harm()
    {
        var random = new SeededRandomSource(Seed + 1);
        foreach (MessageDescriptor message in MessageCatalog.Messages)
        {
            for (int round = 0; round < 20; round++)
            {
                byte[] bytes = new byte[random.Next(300)];
                random.NextBytes(bytes);
                short version = (short)(message.LowestVersion + random.Next(message.HighestVersion - message.LowestVersion + 1));
                Decode(message, version, bytes, $"{message.Name} {version} {Convert.ToHexString(bytes)}");
            }
        }
    }

    [Test]
    public void A_view_takes_what_its_message_takes_and_refuses_what_it_refuses()
    {
        var random = new SeededRandomSource(Seed + 2);
        foreach (string name in new[] { "ProduceRequest", "FetchRequest" })
        {
            MessageDescriptor message = MessageCatalog.Find(name)!;
            for (int round = 0; round < 1500; round++)
            {
                short version = (short)(message.LowestVersion + random.Next(message.HighestVersion - message.LowestVersion + 1));
                byte[] bytes = ProtocolWriter.ToArray(RandomMessage.Create(message, version, random), version);
                bytes = round % 4 == 0 ? bytes : Mutation.Mutate(bytes, random);
                bool taken = Decode(message, version, bytes, name);
                Assert.That(View(name, version, bytes), Is.EqualTo(taken), $"{name} {version} {Convert.ToHexString(bytes)}");
            }
        }
    }

    private static bool View(string name, short version, byte[] bytes)
    {
        try
        {
            var reader = new ProtocolReader(bytes.AsMemory());
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

    private static bool Decode(MessageDescriptor message, short version, byte[] bytes, string what)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool taken = true;
        try
        {
            var reader = new ProtocolReader(bytes.AsMemory());
            message.Read(ref reader, version);
        }
        catch (ProtocolException)
        {
            taken = false;
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(32 * 1024 + (bytes.Length * 256L)), what);
        return taken;
    }
}
