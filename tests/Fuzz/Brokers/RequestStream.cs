using System.Buffers.Binary;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Fuzz.Tests.Brokers;

/// <summary>One frame that a client sent, as far as it can be understood.</summary>
/// <param name="Api">Its API; null when there is none of that key.</param>
/// <param name="Version">Its version.</param>
/// <param name="CorrelationId">Its correlation id; 0 when the frame is too short for one.</param>
/// <param name="IsWhole">Whether all of it is a request that can be read.</param>
/// <param name="WantsReply">Whether a reply comes if it is good: not for records that nobody acknowledges.</param>
/// <param name="Request">The request, where it can be read.</param>
internal sealed record SentRequest(ApiDescriptor? Api, short Version, int CorrelationId, bool IsWhole, bool WantsReply, IMessage? Request);

/// <summary>What a broker may find in the bytes of a connection.</summary>
internal static class RequestStream
{
    private const int CorrelationPosition = 4;

    /// <summary>Cuts bytes into frames.</summary>
    /// <param name="bytes">What is sent.</param>
    /// <param name="rest">Bytes at the end that are no whole frame.</param>
    public static List<SentRequest> Read(byte[] bytes, out int rest)
    {
        var requests = new List<SentRequest>();
        var position = 0;
        foreach (var frame in Frames(bytes))
        {
            requests.Add(Read(bytes.AsMemory(frame)));
            position = frame.End.Value;
        }

        rest = bytes.Length - position;
        return requests;
    }

    /// <summary>The whole frames at the beginning, without their sizes.</summary>
    public static IEnumerable<Range> Frames(byte[] bytes)
    {
        var position = 0;
        while (bytes.Length - position >= sizeof(int))
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(position));
            position += sizeof(int);
            if (size <= 0 || size > bytes.Length - position)
            {
                yield break;
            }

            yield return position..(position + size);
            position += size;
        }
    }

    private static SentRequest Read(ReadOnlyMemory<byte> frame)
    {
        var span = frame.Span;
        if (span.Length < 8)
        {
            return new SentRequest(null, 0, 0, IsWhole: false, WantsReply: true, null);
        }

        var api = MessageCatalog.FindApi(BinaryPrimitives.ReadInt16BigEndian(span));
        var version = BinaryPrimitives.ReadInt16BigEndian(span[sizeof(short)..]);
        var correlation = BinaryPrimitives.ReadInt32BigEndian(span[CorrelationPosition..]);
        if (api is null || !api.Request.Has(version))
        {
            return new SentRequest(api, version, correlation, IsWhole: false, WantsReply: true, null);
        }

        try
        {
            var reader = new ProtocolReader(frame);
            RequestHeader.Read(ref reader, api.RequestHeaderVersion(version));
            var request = api.Request.Read(ref reader, version);
            var isWhole = reader.Remaining == 0;
            return new SentRequest(api, version, correlation, isWhole, request is not ProduceRequest { Acks: 0 }, request);
        }
        catch (ProtocolException)
        {
            return new SentRequest(api, version, correlation, IsWhole: false, WantsReply: true, null);
        }
    }
}
