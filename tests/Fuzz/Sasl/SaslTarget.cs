using System.Globalization;
using System.Net;
using System.Text;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Fuzz.Tests.Sasl;

/// <summary>
/// The authentication of a connection with PLAIN and SCRAM as they are shipped. An input says whether logins end (its first byte), then what comes: an operation, the
/// length of its bytes in two bytes, the bytes. Whatever comes, nobody is let in who has not shown the password in this exchange, nothing throws, a failure is for good,
/// and neither steps nor answers nor memory are without bound.
/// </summary>
internal sealed class SaslTarget : PureTarget
{
    private const int LongestAnswer = 1024;
    private const int MostOperations = 200;
    private const int Header = 3;

    private static readonly IPAddress s_address = IPAddress.Loopback;
    private static readonly string[] s_words =
    [
        "n,,n=alice,r=abcdefgh", "n,,n=bob,r=x", "n,a=alice,n=alice,r=abc", "y,,n=alice,r=abc", "n,,n=alice,r=abc,tokenauth=true", "c=biws,r=", ",p=", "p=AAAA", "\0alice\0", "\0bob\0x", "alice\0alice\0",
        "\0", ",", "=", "n=", "r=", "=2C", "=3D", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GONE", "GSSAPI", "m=x", "\uFFFD", "é",
    ];

    private readonly SaslWorld _world = new();
    private long _loggedIn;
    private long _again;
    private long _refused;

    public override string Name => "sasl";

    public override int DefaultInputs => 20_000;

    public override byte[] Create(RandomSource random)
    {
        var bytes = new List<byte> { (byte)random.Next(4) };
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            var mechanism = random.Next(8) == 0 ? s_words[random.Next(s_words.Length)] : _world.Mechanisms[random.Next(3)];
            if (random.Next(4) == 0)
                Add(bytes, SaslOperation.ApiVersions, [(byte)random.Next(2)]);
            Add(bytes, SaslOperation.Handshake, [(byte)random.Next(2), .. Encoding.UTF8.GetBytes(mechanism)]);
            for (var steps = 1 + random.Next(3); steps > 0; steps--)
                AddToken(bytes, random);
            if (random.Next(3) == 0)
                Add(bytes, SaslOperation.Wait, [(byte)random.Next(30)]);
            if (random.Next(3) == 0)
                Add(bytes, SaslOperation.Reauthenticate, []);
        }

        return [.. bytes];
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random)
    {
        if (random.Next(2) == 0)
            return Mutation.MutateText(input, other, s_words, random);

        // Whole operations: some less, some more, some twice, some of another input.
        var (own, others) = (Operations(input), Operations(other));
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            var at = random.Next(own.Count + 1);
            switch (random.Next(4))
            {
                case 0 when at < own.Count:
                    own.RemoveAt(at);
                    break;
                case 1 when at < own.Count:
                    own.Insert(at, own[at]);
                    break;
                case 2 when others.Count > 0:
                    own.Insert(at, others[random.Next(others.Count)]);
                    break;
                default:
                    var made = Operations(Create(random));
                    own.InsertRange(at, made);
                    break;
            }
        }

        return [input.Length > 0 ? input[0] : (byte)0, .. own.Take(MostOperations).SelectMany(static operation => operation)];
    }

    public override ValueTask<string> FinishAsync() => new(string.Create(
        CultureInfo.InvariantCulture, $"{_loggedIn} logins that were right, {_again} of them again, {_refused} that were refused."));

    protected override long AllocationLimit(byte[] input) => (1024 * 1024) + (input.Length * 4096L);

    protected override bool Run(byte[] input)
    {
        if (input.Length == 0)
            return false;
        _world.Lifetime = (input[0] & 1) == 0 ? 0 : 2000;
        using var run = new SaslRun(_world, s_address, new FakeTimeProvider());
        var left = MostOperations;
        for (var at = 1; at + Header <= input.Length && left > 0; left--)
        {
            var length = Math.Min((input[at + 1] << 8) | input[at + 2], input.Length - at - Header);
            run.Take((SaslOperation)(input[at] % (int)SaslOperation.Count), input.AsMemory(at + Header, length));
            at += Header + length;
        }

        _loggedIn += run.LoggedIn;
        _again += run.LoggedInAgain;
        _refused += run.Refused;
        return run.LoggedIn > 0;
    }

    public static void Check(bool holds, string what) => Require(holds, what);

    public static void CheckAnswer(in SaslVerdict verdict)
    {
        Require(verdict.Token.Length <= LongestAnswer + SaslRun.LongestToken, "an answer without bound");
        Require(verdict.ClientMessage is not { Length: > LongestAnswer }, "a message without bound");
    }

    private static List<byte[]> Operations(byte[] input)
    {
        var operations = new List<byte[]>();
        for (var at = 1; at + Header <= input.Length;)
        {
            var length = Header + Math.Min((input[at + 1] << 8) | input[at + 2], input.Length - at - Header);
            operations.Add(input[at..(at + length)]);
            at += length;
        }

        return operations;
    }

    private static void AddToken(List<byte> bytes, RandomSource random)
    {
        switch (random.Next(4))
        {
            case 0:
                Add(bytes, SaslOperation.Token, [(byte)random.Next(4), .. Encoding.UTF8.GetBytes(s_words[random.Next(s_words.Length)])]);
                break;
            case 1:
                Add(bytes, SaslOperation.NearlyRight, [(byte)random.Next(4), (byte)random.Next(256), (byte)random.Next(256)]);
                break;
            default:
                Add(bytes, SaslOperation.Right, [(byte)random.Next(4), (byte)random.Next(2)]);
                break;
        }
    }

    private static void Add(List<byte> bytes, SaslOperation operation, byte[] content)
    {
        bytes.AddRange([(byte)operation, (byte)(content.Length >> 8), (byte)content.Length]);
        bytes.AddRange(content);
    }
}
