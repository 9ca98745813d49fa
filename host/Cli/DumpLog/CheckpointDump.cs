using System.Buffers.Binary;
using System.Globalization;
using Kafka.Modular.Core.Checksums;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>Shows the small files of a log directory.</summary>
internal static class CheckpointDump
{
    private const int CrcEnd = 6;
    private static readonly string[] s_offsets = ["recovery-point-offset-checkpoint", "replication-offset-checkpoint", "log-start-offset-checkpoint", "cleaner-offset-checkpoint"];

    /// <summary>Whether a file has one of the known names.</summary>
    public static bool Knows(string name) =>
        s_offsets.Contains(name) || name is "leader-epoch-checkpoint" or "quorum-state" or "meta.properties" or "partition.metadata" or ".kafka_cleanshutdown";

    /// <summary>Shows a file with a known name.</summary>
    /// <exception cref="FormatException">It has another form.</exception>
    public static void Run(string file, DumpSink sink)
    {
        var name = Path.GetFileName(file);
        if (s_offsets.Contains(name))
        {
            foreach (var words in ReadEntries(file, 3))
                sink.Add("", ("topic", words[0]), ("partition", Number(words[1])), ("offset", Number(words[2])));
        }
        else if (name == "leader-epoch-checkpoint")
        {
            foreach (var words in ReadEntries(file, 2))
                sink.Add("", ("epoch", Number(words[0])), ("startOffset", Number(words[1])));
        }
        else if (name is "quorum-state" or ".kafka_cleanshutdown")
        {
            foreach (var line in File.ReadLines(file).Where(static line => line.Length > 0))
                sink.Add("", (name == "quorum-state" ? "state" : "shutdown", new JsonText(line)));
        }
        else
        {
            var separator = name == "meta.properties" ? '=' : ':';
            sink.Add("", [.. File.ReadLines(file).Where(static line => line.Length > 0 && line[0] != '#').Select(line => Field(line, separator))]);
        }
    }

    /// <summary>Shows a snapshot of a partition's producers.</summary>
    /// <exception cref="FormatException">It is torn or of another version.</exception>
    public static void Producers(string file, DumpSink sink)
    {
        var bytes = File.ReadAllBytes(file);
        if (bytes.Length < CrcEnd || BinaryPrimitives.ReadInt16BigEndian(bytes) != 1)
            throw new FormatException("Snapshot is corrupt (too short, or of an unknown version)");
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(sizeof(short))) != Crc32C.Compute(bytes.AsSpan(CrcEnd)))
            throw new FormatException("Snapshot is corrupt (CRC is no longer valid)");
        var reader = new ProtocolReader(bytes.AsMemory(sizeof(short)));
        foreach (var entry in ProducerSnapshot.Read(ref reader, 1).ProducerEntries)
        {
            (string, object?)[] head =
            [
                ("producerId", (long)entry.ProducerId), ("producerEpoch", entry.Epoch), ("coordinatorEpoch", entry.CoordinatorEpoch),
                ("currentTxnFirstOffset", entry.CurrentTxnFirstOffset < 0 ? "OptionalLong.empty" : $"OptionalLong[{entry.CurrentTxnFirstOffset}]"),
                ("lastTimestamp", entry.Timestamp),
            ];
            if (entry.LastOffset < 0)
            {
                sink.Add("", [.. head, ("", "")]);
                continue;
            }

            var first = entry.LastSequence < 0 ? -1 : (int)((entry.LastSequence - (long)entry.OffsetDelta) & int.MaxValue);
            sink.Add(
                "",
                [
                    .. head, ("firstSequence", first), ("lastSequence", entry.LastSequence), ("lastOffset", entry.LastOffset), ("offsetDelta", entry.OffsetDelta),
                    ("timestamp", entry.Timestamp),
                ]);
        }
    }

    // A version, the number of entries, and one entry a line.
    private static IEnumerable<string[]> ReadEntries(string file, int words)
    {
        var lines = File.ReadAllLines(file);
        if (lines.Length < 2 || lines[0] != "0")
            throw new FormatException("the checkpoint is not of version 0");
        foreach (var line in lines.Skip(2).Where(static line => line.Length > 0))
        {
            var parts = line.Split(' ');
            yield return parts.Length == words ? parts : throw new FormatException($"the checkpoint has a malformed line: {line}");
        }
    }

    private static (string, object?) Field(string line, char separator)
    {
        var at = line.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? (line, "") : (line[..at].Trim(), line[(at + 1)..].Trim());
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"expected a number, but read {text}");
}
