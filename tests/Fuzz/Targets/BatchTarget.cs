using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// What a log takes from producers, coordinators and leaders: an append ends with a result, and what it takes is read back as a valid batch at the
/// offsets that the result says. An input is a byte that chooses the log's configuration and who appends, then the bytes that are appended.
/// </summary>
internal sealed class BatchTarget : PureTarget
{
    private const int AttributesPosition = 22;
    private const int TimestampTypeBit = 8;
    private const int LeaderEpoch = 2;
    private const int AppendsToALog = 200;
    private const long HighestEndOffset = 1L << 40;

    private readonly CompressionCodecs _codecs;
    private readonly BatchGrammar _grammar;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_050_000));
    private readonly (PartitionLog Log, ILogStore Store, int Appends)?[] _logs = new (PartitionLog, ILogStore, int)?[256];
    private byte[] _read = new byte[4096];
    private long _appended;

    public BatchTarget()
    {
        _codecs = new CompressionCodecs(Codecs.Create());
        _grammar = new BatchGrammar(_codecs);
    }

    public override string Name => "batches";

    public override int DefaultInputs => 12_000;

    public override byte[] Create(RandomSource random)
    {
        var choice = (byte)random.Next(256);
        return [choice, .. _grammar.Create(random, 8, OriginOf(choice) == AppendOrigin.Client ? 0 : random.Next(1000))];
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) =>
        [random.Next(16) == 0 ? (byte)random.Next(256) : input[0], .. _grammar.Mutate(input[1..], other[1..], random)];

    public override ValueTask<string> FinishAsync() => new($"{_appended} were appended and read back.");

    protected override bool Run(byte[] input)
    {
        var origin = OriginOf(input[0]);
        var log = LogFor(input[0]);
        var end = log.LogEndOffset;
        var result = origin == AppendOrigin.Replication
            ? log.AppendAsFollower(input.AsMemory(1), LeaderEpoch)
            : log.AppendAsLeader(input.AsSpan(1).ToArray(), LeaderEpoch, origin);
        if (result.Error != ErrorCode.None || result.IsDuplicate)
        {
            Require(log.LogEndOffset == end, "a refused append moved the end of the log");
            return false;
        }

        if (result.RecordCount == 0)
        {
            return false;
        }

        _appended++;
        Require(result.FirstOffset >= end && result.LastOffset >= result.FirstOffset, "the offsets run backwards");
        Require(log.LogEndOffset == result.LastOffset + 1, "the end of the log is not behind the append");
        if (origin is AppendOrigin.Client)
        {
            Require(result.FirstOffset == end && result.LastOffset - end + 1 == result.RecordCount, "the offsets have holes");
        }

        // A producer that says LogAppendTime names a largest timestamp that nobody compares with those of the records, in Kafka as well.
        var isStamped = (input[1 + AttributesPosition] & TimestampTypeBit) != 0;
        ReadBack(log, in result, origin is AppendOrigin.Client && !isStamped);
        return true;
    }

    // 64 MiB are decompressed, at most, to number the records of a batch anew.
    protected override long AllocationLimit(byte[] input) => (320L * 1024 * 1024) + (input.Length * 1024L);

    private void ReadBack(PartitionLog log, in LogAppendResult appended, bool mustBeWhole)
    {
        var read = log.Read(appended.FirstOffset, 1, ReadIsolation.LogEnd, minOneMessage: true);
        Require(read.Error == ErrorCode.None && read.Lease is not null, "what was appended cannot be read");
        using var lease = read.Lease!;
        if (_read.Length < lease.Length)
        {
            _read = new byte[lease.Length * 2];
        }

        var bytes = _read.AsMemory(0, lease.Read(0, _read.AsSpan(0, lease.Length)));
        Require(RecordBatchView.TryRead(bytes.Span, out var batch) == RecordSetStatus.Ok, "what is read is not a batch");
        Require(batch.IsValid(), "what is read has a wrong checksum");
        Require(batch.BaseOffset == appended.FirstOffset && batch.LastOffset <= appended.LastOffset, "what is read has other offsets");
        if (mustBeWhole)
        {
            CheckRecords(in batch, bytes);
        }
    }

    private void CheckRecords(in RecordBatchView batch, ReadOnlyMemory<byte> bytes)
    {
        var content = RecordBatchCompression.Decompress(bytes, _codecs);
        var records = new RecordEnumerator(in batch, content.Span);
        var next = batch.BaseOffset;
        while (records.MoveNext())
        {
            Require(records.Current.Offset == next, "the records are not numbered in order");
            Require(records.Current.Timestamp <= batch.MaxTimestamp, "a record is newer than its batch");
            next++;
        }

        Require(records.Status == RecordSetStatus.End && next == batch.NextOffset, "the records are malformed");
    }

    private static AppendOrigin OriginOf(byte choice) => (choice >> 5) switch
    {
        6 => AppendOrigin.Replication,
        7 => (choice & 1) == 0 ? AppendOrigin.RaftLeader : AppendOrigin.Coordinator,
        _ => AppendOrigin.Client,
    };

    private PartitionLog LogFor(byte choice)
    {
        if (_logs[choice] is { } known)
        {
            if (known.Appends < AppendsToALog && known.Log.LogEndOffset < HighestEndOffset)
            {
                _logs[choice] = known with { Appends = known.Appends + 1 };
                return known.Log;
            }

            Close(known);
        }

        var store = new MemoryStoragePlugin().CreateStore(new PluginContext(NullLoggerFactory.Instance, _time, new Dictionary<string, string>(StringComparer.Ordinal)));
        // Over a store in memory all of it completes at once.
        var opened = PartitionLog.OpenAsync(
            new PartitionLogOptions
            {
                Directory = store.OpenDirectory("/data"),
                TopicPartition = new TopicPartition("fuzz", 0),
                Config = ConfigOf(choice),
                Time = _time,
                Random = new SeededRandomSource(1),
                Background = new InlineEventLoop("background", _time),
                Codecs = _codecs,
                Logger = NullLogger.Instance,
                HadCleanShutdown = true,
            },
            CancellationToken.None).AsTask();
        Require(opened.IsCompletedSuccessfully, "a log in memory opens at once");
        _logs[choice] = (opened.Result, store, 1);
        return opened.Result;
    }

    private static LogConfig ConfigOf(byte choice) => LogConfig.Default with
    {
        Compression = (choice & 7) <= 4 ? (CompressionType)(choice & 7) : null,
        TimestampType = (choice & 8) != 0 ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        CleanupPolicy = (choice & 16) != 0 ? CleanupPolicy.Compact : CleanupPolicy.Delete,
        MaxMessageBytes = (choice & 32) != 0 ? 2000 : LogConfig.Default.MaxMessageBytes,
        SegmentBytes = (choice & 64) != 0 ? 10_000 : LogConfig.Default.SegmentBytes,
    };

    private static void Close((PartitionLog Log, ILogStore Store, int Appends) entry)
    {
        Require(entry.Log.DisposeAsync().AsTask().IsCompletedSuccessfully && entry.Store.DisposeAsync().AsTask().IsCompletedSuccessfully, "a log in memory closes at once");
    }
}
