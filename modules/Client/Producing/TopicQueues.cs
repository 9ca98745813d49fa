using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Client.Producing;

/// <summary>The partitions of a topic, and which of them the next record without a key goes to. Safe to use from any thread.</summary>
internal sealed class TopicQueues
{
    private readonly Lock _lock = new();
    private readonly ProducerOptions _options;
    private readonly RandomSource _random;
    private PartitionQueue[] _partitions = [];
    private int[] _available = [];
    private int _sticky = -1;
    private long _stickyBytes;
    private int _round;

    public TopicQueues(string name, ProducerOptions options, RandomSource random)
    {
        Name = name;
        _options = options;
        _random = random;
    }

    public string Name { get; }

    public Uuid Id { get; private set; }

    public PartitionQueue[] Partitions => Volatile.Read(ref _partitions);

    /// <summary>Takes what the metadata says; the queues of partitions that are there already stay.</summary>
    public void Update(TopicMetadata topic)
    {
        lock (_lock)
        {
            Id = topic.Id;
            if (topic.Partitions.Count > _partitions.Length)
            {
                var grown = new PartitionQueue[topic.Partitions.Count];
                for (var i = 0; i < grown.Length; i++)
                {
                    grown[i] = i < _partitions.Length ? _partitions[i] : new PartitionQueue(this, i);
                }

                Volatile.Write(ref _partitions, grown);
            }

            _available = [.. topic.Partitions.Where(static partition => partition.LeaderId >= 0).Select(static partition => partition.Index)];
        }
    }

    /// <summary>The partition of a record that names none.</summary>
    public int Choose(in ProducerRecord record, int size)
    {
        var count = Partitions.Length;
        if (record.Key is { } key && !_options.IgnoresKeys && !_options.GoesRound)
        {
            return Murmur2.PartitionOf(key.Span, count);
        }

        if (count == 1)
        {
            return 0;
        }

        lock (_lock)
        {
            if (_options.GoesRound)
            {
                return Pick(_round++ & int.MaxValue);
            }

            // One partition until it got a batch's worth, then another by chance: full batches and, over time, even shares (KIP-794).
            if (_sticky < 0 || _stickyBytes >= _options.BatchSize)
            {
                _sticky = Pick(_random.Next(int.MaxValue));
                _stickyBytes = 0;
            }

            _stickyBytes += size;
            return _sticky;
        }
    }

    private int Pick(int number) => _available.Length > 0 ? _available[number % _available.Length] : number % _partitions.Length;
}
