using System.Globalization;
using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Coordination.Tests;

internal sealed class CoordinatorRuntimeTests
{
    private static readonly TopicPartition Partition = new("state", 0);
    private readonly FakeTimeProvider _time = new();
    private readonly InlineEventLoop _loop;
    private readonly Log _log = new();
    private readonly List<LogLevel> _levels = [];
    private int _unloaded;
    private CoordinatorRuntime<Sums, int> _runtime = null!;

    public CoordinatorRuntimeTests() => _loop = new InlineEventLoop("coordinator", _time);

    [SetUp]
    public void Create() => _runtime = new CoordinatorRuntime<Sums, int>(
            [_loop], _log, new Codec(), CompressionCodecs.Empty, (_, timers) => new Sums(timers, () => _unloaded++), 5_000, new Levels(_levels));

    [TearDown]
    public async Task StopAsync()
    {
        _runtime.Unload(Partition, null);
        _loop.RunPending();
        await _runtime.DisposeAsync();
    }

    [Test]
    public void What_is_written_is_applied_and_answered_once_it_is_committed()
    {
        Load();
        _log.HoldCommits = true;
        var adding = Add(5);
        Assert.That(adding.IsCompleted, Is.False);
        _log.CommitAll();
        _loop.RunPending();
        Assert.That(adding.Result, Is.EqualTo(5));
    }

    [Test]
    public void Reads_show_nothing_that_is_not_committed()
    {
        Load();
        _log.HoldCommits = true;
        _ = Add(5);
        var reading = Read();
        Assert.That(reading.IsCompleted, Is.False);
        _log.CommitAll();
        _loop.RunPending();
        Assert.That(reading.Result, Is.EqualTo(5));
    }

    [Test]
    public void An_append_that_fails_changes_nothing()
    {
        Load();
        _log.Error = ErrorCode.NotLeaderOrFollower;
        Assert.That(Add(5).Result, Is.EqualTo(-(int)ErrorCode.NotCoordinator));
        _log.Error = ErrorCode.None;
        Assert.That(Read().Result, Is.Zero);
    }

    [Test]
    public void State_is_loaded_from_the_log()
    {
        Load();
        _ = Add(1);
        _ = Add(2);
        _runtime.Unload(Partition, 1);
        _loop.RunPending();
        Assert.That(Read().Result, Is.EqualTo(-(int)ErrorCode.NotCoordinator));
        Load(leaderEpoch: 2);
        Assert.That(Read().Result, Is.EqualTo(3));
    }

    [TestCase(ErrorCode.KafkaStorageError, LogLevel.Error)]
    [TestCase(ErrorCode.NotLeaderOrFollower, LogLevel.Information)]
    public void A_log_that_cannot_be_read_is_not_coordinated(ErrorCode error, LogLevel level)
    {
        _log.ReadError = error;
        Load();
        Assert.That(Read().Result, Is.EqualTo(-(int)ErrorCode.NotCoordinator));
        Assert.That(_levels.Last(), Is.EqualTo(level));
        _log.ReadError = ErrorCode.None;
        Load(leaderEpoch: 1);
        Assert.That(Read().Result, Is.Zero);
    }

    [Test]
    public void An_older_epoch_unloads_nothing()
    {
        Load(leaderEpoch: 5);
        _ = Add(1);
        _runtime.Unload(Partition, 4);
        _loop.RunPending();
        Assert.That(Read().Result, Is.EqualTo(1));
    }

    [Test]
    public void A_batch_that_is_one_must_fit_and_one_that_need_not_be_is_split()
    {
        Load();
        _log.Limit = 200;
        Assert.That(AddMany(100, atomic: true).Result, Is.EqualTo(-(int)ErrorCode.UnknownServerError));
        Assert.That(AddMany(100, atomic: false).Result, Is.EqualTo(100));
        Assert.That(_log.Batches, Has.Count.GreaterThan(5));
        Assert.That(_log.Batches, Has.All.Matches<byte[]>(static batch => batch.Length <= 200));
    }

    [Test]
    public void An_operation_that_throws_hurts_nobody_else()
    {
        Load();
        var failing = _runtime.WriteAsync<int>(Partition, static (_, _) => throw new InvalidOperationException("a bug"), static error => -(int)error);
        _loop.RunPending();
        Assert.That(failing.Result, Is.EqualTo(-(int)ErrorCode.UnknownServerError));
        Assert.That(Add(1).Result, Is.EqualTo(1));
    }

    [Test]
    public void Whatever_goes_wrong_those_who_wait_are_told()
    {
        Load();
        var reading = _runtime.ReadAsync<int>(Partition, static _ => throw new InvalidOperationException("a bug"), static error => -(int)error);
        _loop.RunPending();
        Assert.That(reading.Result, Is.EqualTo(-(int)ErrorCode.UnknownServerError));
        _log.Fault = new IOException("not one that a log announces");
        Assert.That(Add(5).Result, Is.EqualTo(-(int)ErrorCode.UnknownServerError));
        _log.Fault = null;
        Assert.That(Add(1).Result, Is.EqualTo(1));
    }

    [Test]
    public void A_shard_that_is_being_loaded_is_left_to_the_thread_that_loads_it()
    {
        var reading = new TaskCompletionSource<ErrorCode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _log.Reading = reading.Task;
        Load();
        _log.Reading = null;
        Load(leaderEpoch: 1);
        Assert.That(_unloaded, Is.Zero, "another thread is still at work on the first");
        Assert.That(Add(1).Result, Is.EqualTo(1));
        reading.SetResult(ErrorCode.None);
        _runtime.Unload(Partition, 2);
        _loop.RunPending();
        Assert.That(_unloaded, Is.EqualTo(1));
    }

    [Test]
    public void Timers_run_operations_and_a_new_one_of_a_key_replaces_the_old()
    {
        Load();
        Run(static shard => shard.AddLater("key", 7, 1_000));
        Run(static shard => shard.AddLater("key", 9, 2_000));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        _loop.RunPending();
        Assert.That(Read().Result, Is.Zero);
        _time.Advance(TimeSpan.FromSeconds(1));
        _loop.RunPending();
        Assert.That(Read().Result, Is.EqualTo(9));
    }

    private void Load(int leaderEpoch = 0)
    {
        _runtime.Load(Partition, leaderEpoch);
        _loop.RunPending();
    }

    private Task<int> Add(int number) => Write(new CoordinatorResult<int> { Records = [number] });

    private Task<int> AddMany(int count, bool atomic) => Write(new CoordinatorResult<int> { Records = [.. Enumerable.Repeat(1, count)], IsAtomic = atomic });

    private Task<int> Write(CoordinatorResult<int> result)
    {
        var task = _runtime.WriteAsync<int>(
            Partition,
            (shard, reply) => new CoordinatorResult<int> { Records = result.Records, IsAtomic = result.IsAtomic, Replies = [reply.With(shard.Sum + result.Records.Sum())] },
            static error => -(int)error);
        _loop.RunPending();
        return task;
    }

    private void Run(Action<Sums> action)
    {
        _ = _runtime.ReadAsync(
            Partition,
            shard =>
            {
                action(shard);
                return 0;
            },
            static error => -(int)error);
        _loop.RunPending();
    }

    private Task<int> Read()
    {
        var task = _runtime.ReadAsync(Partition, static shard => shard.Sum, static error => -(int)error);
        _loop.RunPending();
        return task;
    }

    private sealed class Sums(ICoordinatorTimers<int> timers, Action onUnloaded) : ICoordinatorShard<int>
    {
        public int Sum { get; private set; }

        public void AddLater(string key, int number, int delayMs) => timers.Schedule(key, delayMs, () => new CoordinatorResult<int> { Records = [number] });

        public void Replay(long offset, long producerId, int record) => Sum += record;

        public void OnLoaded()
        {
        }

        public IReadOnlyList<ReplyEffect> OnUnloaded()
        {
            onUnloaded();
            return [];
        }
    }

    private sealed class Codec : ICoordinatorRecordCodec<int>
    {
        public byte[] EncodeKey(int record) => Encoding.ASCII.GetBytes("n");

        public byte[]? EncodeValue(int record) => Encoding.ASCII.GetBytes(record.ToString(CultureInfo.InvariantCulture));

        public bool TryDecode(byte[] key, byte[]? value, out int record)
        {
            record = int.Parse(Encoding.ASCII.GetString(value!), CultureInfo.InvariantCulture);
            return true;
        }
    }

    private sealed class Levels(List<LogLevel> levels) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => levels.Add(logLevel);
    }

    private sealed class Log : ICoordinatorLog
    {
        private readonly List<Action<long>> _watchers = [];
        private long _end;
        private long _highWatermark;

        public List<byte[]> Batches { get; } = [];

        public ErrorCode Error { get; set; }

        public ErrorCode ReadError { get; set; }

        public Exception? Fault { get; set; }

        public Task<ErrorCode>? Reading { get; set; }

        public bool HoldCommits { get; set; }

        public int Limit { get; set; } = 1_000_000;

        public int MaxBatchSize(TopicPartition partition) => Limit;

        public CoordinatorAppend Append(TopicPartition partition, ReadOnlyMemory<byte> batch)
        {
            if (Fault is not null)
            {
                throw Fault;
            }

            if (Error != ErrorCode.None)
            {
                return new CoordinatorAppend(Error, -1, -1);
            }

            var stored = batch.ToArray();
            RecordBatchPatch.SetBaseOffset(stored, _end);
            RecordBatchView.TryRead(stored, out var view);
            var baseOffset = _end;
            _end = view.NextOffset;
            Batches.Add(stored);
            if (!HoldCommits)
            {
                CommitAll();
            }

            return new CoordinatorAppend(ErrorCode.None, baseOffset, _end);
        }

        public void CommitAll()
        {
            _highWatermark = _end;
            _watchers.ForEach(watcher => watcher(_highWatermark));
        }

        public long HighWatermark(TopicPartition partition) => _highWatermark;

        public IDisposable WatchHighWatermark(TopicPartition partition, Action<long> onAdvanced)
        {
            _watchers.Add(onAdvanced);
            return new Watch(() => _watchers.Remove(onAdvanced));
        }

        public ValueTask<ErrorCode> ReadAllAsync(TopicPartition partition, Action<ReadOnlyMemory<byte>> onBatches, CancellationToken cancellationToken)
        {
            if (Reading is not null)
            {
                return new ValueTask<ErrorCode>(Reading);
            }

            Batches.ForEach(batch => onBatches(batch));
            return ValueTask.FromResult(ReadError);
        }

        private sealed class Watch(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }
}
