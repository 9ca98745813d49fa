using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Plugins.Tests.Storage;

/// <summary>Short forms for tests.</summary>
internal static class SegmentTestExtensions
{
    /// <summary>Appends one batch of repeated bytes.</summary>
    public static int Append(this ISegment segment, long lastOffset, int length, long timestamp = -1, byte fill = 1)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(fill);
        return segment.Append(bytes, [new BatchEntry(lastOffset, timestamp, lastOffset, length)]);
    }

    public static byte[] ReadAll(this ISegment segment)
    {
        var bytes = new byte[segment.Size];
        Assert.That(segment.Read(0, bytes), Is.EqualTo(bytes.Length));
        return bytes;
    }

    public static byte[] ToArray(this ILogLease lease)
    {
        var bytes = new byte[lease.Length];
        Assert.That(lease.Read(0, bytes), Is.EqualTo(bytes.Length));
        return bytes;
    }
}
