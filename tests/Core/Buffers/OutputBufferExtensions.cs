using Kafka.Modular.Core.Buffers;

namespace Kafka.Modular.Core.Tests.Buffers;

internal static class OutputBufferExtensions
{
    /// <summary>The bytes of all pieces, the size in front included once the message is sealed.</summary>
    public static byte[] ToArrayOfSegments(this OutputBuffer output)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < output.SegmentCount; i++)
        {
            var segment = output.Segment(i);
            var part = new byte[segment.Length];
            for (var read = 0; segment.Region is { } region && read < part.Length;)
            {
                read += region.Read(read, part.AsSpan(read));
            }

            bytes.AddRange(segment.Region is null ? segment.Bytes.ToArray() : part);
        }

        return [.. bytes];
    }
}
