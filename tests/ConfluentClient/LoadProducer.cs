using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>
/// One producer of a load that outlives crashes of the broker. An idempotent one keeps five requests in flight and sends again until it
/// is acknowledged; the other kind sends one record a request, thousands of them in flight, and never sends twice.
/// </summary>
internal sealed class LoadProducer : IDisposable
{
    private const int IdempotentBacklog = 200;
    private const int PipelinedBacklog = 2500;

    private readonly string _topic;
    private readonly IProducer<Null, byte[]> _producer;
    private readonly LoadStream[] _streams;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _going = new();
    private volatile bool _ended;
    private int _outstanding;
    private int _unanswered;
    private Error? _failure;

    public LoadProducer(int number, bool idempotent, ClientOptions options, int partitions)
    {
        _topic = options.Topic;
        Idempotent = idempotent;
        _streams = [.. Enumerable.Range(0, partitions).Select(partition => new LoadStream(number, partition))];
        ProducerConfig config = new()
        {
            BootstrapServers = options.Bootstrap,
            ClientId = $"load-{number}",
            EnableIdempotence = idempotent,
            Acks = Acks.All,
            LingerMs = idempotent ? 1 : 0,
            BatchNumMessages = idempotent ? 20 : 1,
            MaxInFlight = idempotent ? 5 : 5000,
            MessageSendMaxRetries = idempotent ? int.MaxValue : 0,
            MessageTimeoutMs = 120_000,
            RetryBackoffMs = 20,
            ReconnectBackoffMs = 10,
            ReconnectBackoffMaxMs = 50,
            TopicMetadataRefreshFastIntervalMs = 20,
            LogConnectionClose = false,
        };
        _producer = new ProducerBuilder<Null, byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Note(error)).Build();
        _thread = new Thread(Send) { IsBackground = true, Name = config.ClientId };
        _thread.Start();
    }

    public bool Idempotent { get; }

    public IReadOnlyList<LoadStream> Streams => _streams;

    public int Acknowledged => _streams.Sum(stream => stream.Acknowledged);

    public void Go() => _going.Set();

    public void Stop() => _going.Reset();

    /// <summary>Waits until nothing is outstanding; returns how many requests had been sent and were never answered.</summary>
    public int Settle(ClientOptions options)
    {
        options.Until(() => $"{_outstanding} records without an answer", () => Volatile.Read(ref _outstanding) == 0 || _failure is not null);
        if (_failure is not null)
        {
            throw new InvalidDataException($"producer failed: {_failure}");
        }

        return Interlocked.Exchange(ref _unanswered, 0);
    }

    public void Dispose()
    {
        _ended = true;
        _going.Set();
        _thread.Join();
        _producer.Dispose();
        _going.Dispose();
    }

    private void Send()
    {
        int backlog = Idempotent ? IdempotentBacklog : PipelinedBacklog;
        for (int turn = 0; !_ended; turn++)
        {
            _going.Wait();
            if (Volatile.Read(ref _outstanding) >= backlog)
            {
                Thread.Sleep(1);
                continue;
            }

            LoadStream stream = _streams[turn % _streams.Length];
            byte[] value = stream.Next(out int sequence);
            Interlocked.Increment(ref _outstanding);
            _producer.Produce(
                new TopicPartition(_topic, turn % _streams.Length),
                new Message<Null, byte[]> { Value = value },
                report => Report(stream, sequence, report));
        }
    }

    private void Report(LoadStream stream, int sequence, DeliveryReport<Null, byte[]> report)
    {
        if (!report.Error.IsError)
        {
            stream.Acknowledge(sequence, report.Offset);
        }
        else if (Idempotent)
        {
            _failure = report.Error;
        }
        else if (report.Status == PersistenceStatus.PossiblyPersisted)
        {
            Interlocked.Increment(ref _unanswered);
        }

        Interlocked.Decrement(ref _outstanding);
    }

    private void Note(Error error)
    {
        if (error.IsFatal)
        {
            _failure = error;
        }
    }
}
