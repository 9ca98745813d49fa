using System.Buffers.Binary;
using System.Globalization;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>Shows the index files of a segment and compares them with its log.</summary>
internal static class IndexDump
{
    private const int OffsetEntry = 8;
    private const int TimeEntry = 12;
    private const int TransactionEntry = 34;

    /// <summary>Shows an offset index: relative offset and position, 4 bytes each.</summary>
    public static void Offsets(string file, ToolOptions options, DumpSink sink, IndexProblems problems)
    {
        var start = StartOf(file);
        var entries = ReadOffsets(file, start);
        if (entries.Count == 0)
        {
            sink.Say($"{file} is empty.");
            return;
        }

        if (options.Has("index-sanity-check"))
        {
            CheckSize(file, OffsetEntry);
            if (entries[^1].Offset < start)
                throw new FormatException($"the index is corrupt: its last offset {entries[^1].Offset} is before its base offset {start}");
            sink.Say($"{file} passed sanity check.");
            return;
        }

        using var log = new BatchFile(Path.ChangeExtension(file, ".log"));
        foreach (var (offset, position) in entries)
        {
            var found = LastOffsetAt(log, position);
            if (found != offset)
                problems.OffsetMismatch(file, offset, found);
            if (!options.Has("verify-index-only"))
                sink.Add("", ("offset", offset), ("position", position));
        }
    }

    /// <summary>Shows a time index: timestamp, 8 bytes, and relative offset, 4 bytes.</summary>
    public static void Times(string file, ToolOptions options, DumpSink sink, IndexProblems problems, Lazy<CompressionCodecs> codecs)
    {
        var start = StartOf(file);
        var bytes = File.ReadAllBytes(file);
        if (options.Has("index-sanity-check"))
        {
            CheckSize(file, TimeEntry);
            sink.Say($"{file} passed sanity check.");
            return;
        }

        var offsets = ReadOffsets(Path.ChangeExtension(file, ".index"), start);
        using var log = new BatchFile(Path.ChangeExtension(file, ".log"));
        var previous = -1L;
        for (var at = 0; at + TimeEntry <= bytes.Length; at += TimeEntry)
        {
            var timestamp = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));
            var offset = start + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8));

            // After a crash the rest of the file may be zeros.
            if (offset == start && at > 0)
                return;
            CompareTime(file, log, (timestamp, offset, previous), offsets.LastOrDefault(entry => entry.Offset <= offset).Position, problems, codecs);
            if (!options.Has("verify-index-only"))
                sink.Add("", ("timestamp", timestamp), ("offset", offset));
            previous = timestamp;
        }
    }

    /// <summary>Shows an index of aborted transactions.</summary>
    public static void Transactions(string file, DumpSink sink)
    {
        var bytes = File.ReadAllBytes(file);
        for (var at = 0; at + TransactionEntry <= bytes.Length; at += TransactionEntry)
        {
            var entry = bytes.AsSpan(at);
            sink.Add(
                "",
                ("version", BinaryPrimitives.ReadInt16BigEndian(entry)),
                ("producerId", BinaryPrimitives.ReadInt64BigEndian(entry[2..])),
                ("firstOffset", BinaryPrimitives.ReadInt64BigEndian(entry[10..])),
                ("lastOffset", BinaryPrimitives.ReadInt64BigEndian(entry[18..])),
                ("lastStableOffset", BinaryPrimitives.ReadInt64BigEndian(entry[26..])));
        }
    }

    private static void CompareTime(
        string file, BatchFile log, (long Timestamp, long Offset, long Previous) entry, int position, IndexProblems problems, Lazy<CompressionCodecs> codecs)
    {
        foreach (var (_, bytes) in log.From(position))
        {
            if (RecordBatchView.TryRead(bytes, out var batch) != RecordSetStatus.Ok)
                break;
            if (batch.LastOffset < entry.Offset)
                continue;
            if (batch.LastOffset != entry.Offset)
            {
                problems.OffsetNotFound(file, entry.Offset, batch.LastOffset);
                return;
            }

            var newest = Newest(bytes, codecs);
            if (newest != entry.Timestamp)
                problems.TimeMismatch(file, entry.Timestamp, newest);
            if (entry.Previous >= entry.Timestamp)
                problems.TimeOutOfOrder(file, entry.Timestamp, entry.Previous);
            return;
        }

        problems.OffsetNotFound(file, entry.Offset, -1);
    }

    // A batch of version 2 names its largest timestamp in its header, which the broker keeps true.
    private static long Newest(byte[] bytes, Lazy<CompressionCodecs> codecs)
    {
        RecordBatchView.TryRead(bytes, out var batch);
        if (batch.Magic < 2 || (batch.IsCompressed && !codecs.Value.TryGet(batch.Compression, out _)))
            return batch.MaxTimestamp;
        var plain = batch.IsCompressed ? RecordBatchCompression.Decompress(bytes, codecs.Value) : bytes;
        RecordBatchView.TryRead(plain.Span, out var readable);
        var newest = -1L;
        foreach (var record in new RecordEnumerator(readable))
            newest = Math.Max(newest, record.Timestamp);
        return newest;
    }

    private static long LastOffsetAt(BatchFile log, int position)
    {
        foreach (var (_, bytes) in log.From(position))
            return RecordBatchView.TryRead(bytes, out var batch) == RecordSetStatus.Ok ? batch.LastOffset : -1;
        return -1;
    }

    private static List<(long Offset, int Position)> ReadOffsets(string file, long start)
    {
        var entries = new List<(long, int)>();
        var bytes = File.Exists(file) ? File.ReadAllBytes(file) : [];
        for (var at = 0; at + OffsetEntry <= bytes.Length; at += OffsetEntry)
        {
            var offset = start + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
            if (offset == start && at > 0)
                break;
            entries.Add((offset, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4))));
        }

        return entries;
    }

    private static void CheckSize(string file, int entry)
    {
        var length = new FileInfo(file).Length;
        if (length % entry != 0)
            throw new FormatException($"the index is corrupt: its size {length} is not a multiple of {entry}");
    }

    private static long StartOf(string file) =>
        long.TryParse(Path.GetFileName(file).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new FormatException("the name of the file does not say an offset");
}
