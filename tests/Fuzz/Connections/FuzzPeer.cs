using System.Buffers.Binary;
using System.Net;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Fuzz.Tests.Connections;

/// <summary>One bad peer: sends a few pieces of rubbish or of requests, reads or does not, and leaves in one way or another.</summary>
internal sealed class FuzzPeer(SeededRandomSource random, INetwork network, IPEndPoint address)
{
    private static readonly int[] _sizes = [-1, int.MinValue, int.MaxValue, 0, 1, 199_999, 200_000, 200_001, 0x16030100, 0x47455420];

    public async Task RunAsync()
    {
        var transport = await network.ConnectAsync(address, new TransportOptions(), CancellationToken.None);
        var reading = random.Next(2) == 0 ? ReadAsync(transport) : Task.CompletedTask;
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
            for (var left = random.Next(6); left >= 0; left--)
            {
                await SendInPartsAsync(transport, Piece(), patience.Token);
            }

            if (random.Next(2) == 0)
            {
                await transport.CloseSendAsync(CancellationToken.None);
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss() || lost is OperationCanceledException)
        {
            // The server closed first, or takes no more from a peer that does not read.
        }

        if (random.Next(2) == 0)
        {
            transport.Abort();
        }

        await transport.DisposeAsync();
        await reading;
    }

    private static async Task ReadAsync(ITransport transport)
    {
        var bytes = new byte[10_000];
        try
        {
            while (await transport.ReceiveAsync(bytes, CancellationToken.None) > 0)
            {
            }
        }
        catch (Exception lost) when (lost.IsConnectionLoss())
        {
            // Either end left.
        }
    }

    private async Task SendInPartsAsync(ITransport transport, byte[] bytes, CancellationToken cancellationToken)
    {
        var cut = random.Next(3) == 0 ? 1 + random.Next(Math.Max(1, bytes.Length / 4)) : Math.Max(1, bytes.Length);
        for (var position = 0; position < bytes.Length; position += cut)
        {
            await transport.SendAsync(bytes.AsMemory(position, Math.Min(cut, bytes.Length - position)), cancellationToken);
        }
    }

    private byte[] Piece()
    {
        switch (random.Next(5))
        {
            case 0:
                return Random(random.Next(300));
            case 1:
                return [.. Size(_sizes[random.Next(_sizes.Length)]), .. Random(random.Next(100))];
            case 2:
                var whole = Frame(random.Next(50_000));
                return whole[..random.Next(whole.Length)];
            case 3:
                return [.. Enumerable.Range(0, 1 + random.Next(300)).SelectMany(_ => Frame(random.Next(20)))];
            default:
                return Frame(random.Next(3) == 0 ? random.Next(200_000) : random.Next(2_000));
        }
    }

    private byte[] Frame(int size) => [.. Size(size), .. Random(size)];

    private byte[] Random(int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Size(int size)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        return bytes;
    }
}
