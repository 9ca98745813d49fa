using System.Globalization;
using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>Shows the batches and records of a log file or of a snapshot of the metadata.</summary>
internal sealed class LogDump(LogDumpOptions options, DumpSink sink, IndexProblems problems, Lazy<CompressionCodecs> codecs)
{
    private const string RecordPrefix = "| ";
    private string _file = "";
    private long _lastOffset = -1;

    /// <summary>Shows a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Run(string file, CancellationToken stopping)
    {
        _file = file;
        WriteHead(Path.GetFileName(file));
        using var batches = new BatchFile(file, options.MaxBytes);
        var valid = 0L;
        foreach (var (position, bytes) in batches.From())
        {
            stopping.ThrowIfCancellationRequested();
            if (RecordBatchView.TryRead(bytes, out var batch) != RecordSetStatus.Ok)
                break;
            WriteBatch(batch, position);
            if (options.IsDeep)
                WriteRecords(bytes);
            valid = position + bytes.Length;
        }

        if (batches.Length > valid && options.MaxBytes == long.MaxValue)
            sink.Say(string.Create(CultureInfo.InvariantCulture, $"Found {batches.Length - valid} invalid bytes at the end of {Path.GetFileName(file)}"));
    }

    private void WriteHead(string name)
    {
        if (name == "bootstrap.checkpoint")
            sink.Say("KRaft bootstrap snapshot");
        else if (name.EndsWith(".checkpoint", StringComparison.Ordinal) && name.Split('.', '-') is [var offset, var epoch, ..])
            sink.Say($"Snapshot end offset: {Number(offset)}, epoch: {Number(epoch)}");
        else
            sink.Say($"Log starting offset: {Number(name.Split('.')[0])}");
    }

    private static string Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number.ToString(CultureInfo.InvariantCulture)
        : throw new FormatException($"the name of the file does not say an offset: {digits}");

    private void WriteBatch(in RecordBatchView batch, long position)
    {
        (string, object?)[] tail =
        [
            ("position", position), (batch.TimestampType.ToString(), batch.MaxTimestamp), ("size", batch.SizeInBytes), ("magic", batch.Magic),
            ("compresscodec", batch.Compression.ToString().ToLowerInvariant()), ("crc", (long)batch.Crc), ("isvalid", batch.IsValid()),
        ];
        if (batch.Magic < 2)
        {
            sink.Add("", [("offset", batch.LastOffset), .. tail]);
            return;
        }

        sink.Add(
            "",
            [
                ("baseOffset", batch.BaseOffset), ("lastOffset", batch.LastOffset), ("count", batch.RecordCount), ("baseSequence", batch.BaseSequence),
                ("lastSequence", batch.LastSequence), ("producerId", batch.ProducerId), ("producerEpoch", batch.ProducerEpoch),
                ("partitionLeaderEpoch", batch.PartitionLeaderEpoch), ("isTransactional", batch.IsTransactional), ("isControl", batch.IsControl),
                ("deleteHorizonMs", batch.HasDeleteHorizon ? $"OptionalLong[{batch.DeleteHorizonMs}]" : "OptionalLong.empty"), .. tail,
            ]);
    }

    private void WriteRecords(byte[] bytes)
    {
        RecordBatchView.TryRead(bytes, out var batch);
        if (batch.Magic < 2)
        {
            WriteLegacy(bytes);
            return;
        }

        var plain = (ReadOnlyMemory<byte>)bytes;
        if (batch.IsCompressed)
        {
            try
            {
                plain = RecordBatchCompression.Decompress(bytes, codecs.Value);
            }
            catch (CorruptCompressedDataException fault)
            {
                sink.Say($"{RecordPrefix}records cannot be read: {fault.Message}");
                return;
            }
        }

        RecordBatchView.TryRead(plain.Span, out var readable);
        foreach (var record in new RecordEnumerator(readable))
            WriteRecord(batch, record);
    }

    private void WriteLegacy(byte[] bytes)
    {
        RecordBatchView.TryRead(bytes, out var batch);
        if (!batch.IsCompressed)
        {
            foreach (var record in new LegacyRecordEnumerator(batch))
                WriteRecord(batch, record);
            return;
        }

        if (!codecs.Value.TryGet(batch.Compression, out var codec) || !LegacyRecordEnumerator.TryGetCompressedMessages(batch, out var compressed))
        {
            sink.Say($"{RecordPrefix}records cannot be read: no codec for {batch.Compression} is loaded");
            return;
        }

        var messages = new System.Buffers.ArrayBufferWriter<byte>();
        codec.Decompress(compressed.ToArray(), messages, int.MaxValue);
        foreach (var record in new LegacyRecordEnumerator(batch, messages.WrittenSpan))
            WriteRecord(batch, record);
    }

    private void WriteRecord(in RecordBatchView batch, in RecordView record)
    {
        if (_lastOffset >= 0 && record.Offset != _lastOffset + 1)
            problems.NotConsecutive(_file, _lastOffset, record.Offset);
        _lastOffset = record.Offset;
        var fields = new List<(string, object?)>();
        if (!options.SkipsMetadata)
        {
            fields.AddRange([("offset", record.Offset), (batch.TimestampType.ToString(), record.Timestamp), ("keySize", record.IsKeyNull ? -1 : record.Key.Length), ("valueSize", record.IsValueNull ? -1 : record.Value.Length)]);
            if (batch.Magic >= 2)
            {
                var sequence = batch.BaseSequence < 0 ? -1 : (int)((batch.BaseSequence + (long)record.OffsetDelta) & int.MaxValue);
                fields.AddRange([("sequence", sequence), ("headerKeys", HeaderKeys(record))]);
            }

            if (batch.IsControl)
                fields.AddRange(ControlText.Fields(record));
        }

        if (options.PrintsData && !batch.IsControl)
            AddData(fields, record);
        sink.Add(RecordPrefix, [.. fields]);
    }

    private void AddData(List<(string, object?)> fields, in RecordView record)
    {
        var key = record.IsKeyNull ? null : record.Key.ToArray();
        var value = record.IsValueNull ? null : record.Value.ToArray();
        var (keyText, valueText) = options.Decoder is { } decoder
            ? decoder.Decode(key, value, record.Offset)
            : (key is null ? null : Encoding.UTF8.GetString(key), value is null ? null : (object?)Encoding.UTF8.GetString(value));
        if (keyText is not null)
            fields.Add(("key", keyText));
        if (valueText is not null)
            fields.Add(("payload", valueText));
    }

    private static string[] HeaderKeys(in RecordView record)
    {
        var keys = new List<string>();
        foreach (var header in record.Headers)
            keys.Add(Encoding.UTF8.GetString(header.Key));
        return [.. keys];
    }
}
