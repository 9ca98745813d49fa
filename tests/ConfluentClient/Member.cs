using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>One member of a group on a thread of its own; compares what it gets as it gets it.</summary>
internal sealed class Member
{
    private readonly ClientOptions _options;
    private readonly string _group;
    private readonly string _name;
    private readonly Ledger _ledger;
    private readonly Thread _thread;
    private volatile bool _leaving;
    private Exception? _failure;
    private int _assigned;

    public Member(ClientOptions options, string group, string name, Ledger ledger)
    {
        _options = options;
        _group = group;
        _name = name;
        _ledger = ledger;
        _thread = new Thread(Consume) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>How many partitions it holds; throws what ended its thread.</summary>
    public int Assigned => _failure is null ? Volatile.Read(ref _assigned) : throw new InvalidOperationException($"{_name} stopped", _failure);

    public void Leave()
    {
        _leaving = true;
        TimeSpan left = _options.Deadline - DateTime.UtcNow;
        if (!_thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero))
        {
            throw new TimeoutException($"{_name} did not leave the group");
        }

        _ = Assigned;
    }

    private void Consume()
    {
        try
        {
            ConsumerConfig config = _options.Secure(new ConsumerConfig
            {
                ClientId = "confluent-" + _name,
                GroupId = _group,
                AutoOffsetReset = AutoOffsetReset.Earliest,
                AutoCommitIntervalMs = 500,
                HeartbeatIntervalMs = 300,
                SessionTimeoutMs = 10_000,
                FetchWaitMaxMs = 100,
                CheckCrcs = true,
            });
            using IConsumer<byte[]?, byte[]?> consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
                .SetPartitionsAssignedHandler((_, assigned) => Volatile.Write(ref _assigned, assigned.Count))
                .SetPartitionsRevokedHandler((_, _) => Volatile.Write(ref _assigned, 0))
                .SetLogHandler((_, message) => Console.WriteLine($"{_name}: {message.Message}"))
                .Build();
            consumer.Subscribe(_options.Topic);
            while (!_leaving)
            {
                if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { Message: not null } result)
                {
                    _ledger.Accept(_name, result);
                }
            }

            consumer.Close();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }
}
