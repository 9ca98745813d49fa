using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.File;

/// <summary>What a caller must hold to when it appends.</summary>
internal static class SegmentChecks
{
    /// <summary>Kafka keeps offsets in a segment as int32 relative to its base, and positions as int32.</summary>
    /// <exception cref="ArgumentException">The batches do not fit the segment or their bytes.</exception>
    public static void ThrowIfNotAppendable(long baseOffset, int size, int length, ReadOnlySpan<BatchEntry> batches)
    {
        long total = 0;
        foreach (var batch in batches)
        {
            if (batch.LastOffset < baseOffset || batch.LastOffset - baseOffset > int.MaxValue)
                throw new ArgumentException($"Offset {batch.LastOffset} does not fit a segment that begins at {baseOffset}.", nameof(batches));
            total += batch.Length;
        }

        if (total != length)
            throw new ArgumentException($"The batches are {total} bytes and the bytes {length}.", nameof(batches));
        if ((long)size + length > int.MaxValue)
            throw new ArgumentException($"{length} bytes do not fit a segment of {size} bytes.", nameof(length));
    }
}
