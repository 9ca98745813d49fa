using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// The readers of record sets, of every magic: they end, stay within their bytes and throw nothing but what they say. An input is a record set.
/// </summary>
internal sealed class RecordTarget : PureTarget
{
    private const int MostDecompressed = 1024 * 1024;

    private readonly CompressionCodecs _codecs;
    private readonly BatchGrammar _grammar;

    public RecordTarget()
    {
        _codecs = new CompressionCodecs(Codecs.Create());
        _grammar = new BatchGrammar(_codecs);
    }

    public override string Name => "records";

    public override int DefaultInputs => 50_000;

    public override byte[] Create(RandomSource random)
    {
        byte[] set = [];
        for (var left = 1 + random.Next(3); left > 0; left--)
        {
            set = [.. set, .. _grammar.Create(random, 8, random.Next(1000))];
        }

        return set;
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => _grammar.Mutate(input, other, random);

    protected override bool Run(byte[] input)
    {
        var batches = new RecordBatchEnumerator(input);
        var isGood = true;
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            Require(batch.Bytes.Length == batch.SizeInBytes && batches.NextPosition <= input.Length, "a batch goes beyond its bytes");
            isGood &= Read(in batch, input.AsMemory(batches.Position, batch.Bytes.Length));
        }

        return isGood && batches.Status == RecordSetStatus.End;
    }

    // Decompression is bounded; one piece of it may be as large as a block of LZ4, or as 22 times a block of Snappy.
    protected override long AllocationLimit(byte[] input) => (32 * 1024 * 1024) + (input.Length * 64L);

    private bool Read(in RecordBatchView batch, ReadOnlyMemory<byte> bytes)
    {
        _ = (batch.IsValid(), batch.LastOffset, batch.LastSequence, batch.MaxTimestamp, batch.DeleteHorizonMs, batch.Compression);
        ReadOnlyMemory<byte> content;
        try
        {
            content = RecordBatchCompression.Decompress(bytes, _codecs, MostDecompressed);
        }
        catch (Exception refused) when (refused is CorruptCompressedDataException or DecompressedTooLargeException)
        {
            return false;
        }

        if (batch.Magic < RecordBatchFormat.CurrentMagic)
        {
            return ReadLegacy(in batch, content);
        }

        var records = new RecordEnumerator(in batch, content.Span);
        var count = 0;
        while (records.MoveNext())
        {
            count++;
            ReadRecord(records.Current);
        }

        Require(records.Status != RecordSetStatus.End || count == batch.RecordCount, "not as many records as the batch says");
        if (batch.IsCompressed)
        {
            Require(Scan(in batch, bytes) == (records.Status == RecordSetStatus.End ? count : -1), "the scanner of compressed batches sees other records");
        }

        return records.Status == RecordSetStatus.End;
    }

    private static bool ReadLegacy(in RecordBatchView batch, ReadOnlyMemory<byte> content)
    {
        var messages = batch.IsCompressed ? new LegacyRecordEnumerator(in batch, content.Span) : new LegacyRecordEnumerator(in batch);
        while (messages.MoveNext())
        {
            ReadRecord(messages.Current);
        }

        return messages.Status == RecordSetStatus.End;
    }

    private static void ReadRecord(RecordView record)
    {
        Require(record.HeaderCount >= 0 && record.SizeInBytes >= 0, "a negative size");
        var headers = 0;
        foreach (var header in record.Headers)
        {
            headers += header.Key.Length >= 0 && (header.IsValueNull || header.Value.Length >= 0) ? 1 : 0;
        }

        Require(headers == record.HeaderCount, "not as many headers as the record says");
        if (ControlRecord.TryReadType(record.Key, out _))
        {
            ControlRecord.TryReadEndTransactionMarker(record.Value, out _);
        }
    }

    private int Scan(in RecordBatchView batch, ReadOnlyMemory<byte> bytes)
    {
        using var scanner = new RecordScanner(
            _codecs.Get(batch.Compression).OpenDecompressor(bytes[RecordBatchFormat.HeaderSize..], CompressionFraming.Standard), batch.RecordCount);
        var count = 0;
        while (scanner.MoveNext(out _))
        {
            count++;
        }

        return scanner.Status == RecordSetStatus.End ? count : -1;
    }
}
