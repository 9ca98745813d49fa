using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>Collects what the members of a group received and compares every byte of it.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, string> _received = [];
    private readonly Dictionary<int, SortedDictionary<long, int>> _partitions = [];

    public int Duplicates { get; private set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _received.Count;
            }
        }
    }

    public void Accept(string member, ConsumeResult<byte[]?, byte[]?> result)
    {
        int index = Records.IndexOf(result.Message.Headers);
        Compare(result, index);
        lock (_lock)
        {
            int partition = result.Partition.Value;
            if (!_partitions.TryGetValue(partition, out SortedDictionary<long, int>? offsets))
            {
                _partitions[partition] = offsets = [];
            }

            bool known = offsets.TryGetValue(result.Offset, out int before);
            if (known && before != index)
            {
                throw new InvalidDataException($"{result.TopicPartitionOffset}: first record {before}, then {index}");
            }

            if (!_received.TryAdd(index, member))
            {
                Duplicates += known ? 1 : throw new InvalidDataException($"{result.TopicPartitionOffset}: record {index} is in the log twice");
                _received[index] = member;
            }

            offsets[result.Offset] = index;
        }
    }

    public int CountOf(string member)
    {
        lock (_lock)
        {
            return _received.Values.Count(by => by == member);
        }
    }

    public IReadOnlyList<int> Indexes()
    {
        lock (_lock)
        {
            return [.. _received.Keys];
        }
    }

    /// <summary>No gap between the first and the last offset of a partition, and the records of one codec in the order they were sent.</summary>
    public void CheckOrder()
    {
        foreach ((int partition, SortedDictionary<long, int> offsets) in _partitions)
        {
            Dictionary<int, int> last = [];
            long expected = offsets.First().Key;
            foreach ((long offset, int index) in offsets)
            {
                int codec = index / Records.CodecStride;
                if (offset != expected++)
                {
                    throw new InvalidDataException($"partition {partition}: nothing at offset {expected - 1}");
                }

                if (last.TryGetValue(codec, out int before) && before >= index)
                {
                    throw new InvalidDataException($"partition {partition} offset {offset}: record {index} after {before}");
                }

                last[codec] = index;
            }
        }
    }

    private static void Compare(ConsumeResult<byte[]?, byte[]?> result, int index)
    {
        Message<byte[]?, byte[]?> expected = Records.Of(index);
        Message<byte[]?, byte[]?> actual = result.Message;
        if (!Same(expected.Key, actual.Key) || !Same(expected.Value, actual.Value))
        {
            throw new InvalidDataException($"{result.TopicPartitionOffset}: record {index} has another key or value");
        }

        bool headers = expected.Headers.Count == actual.Headers.Count && expected.Headers.Zip(actual.Headers)
            .All(pair => pair.First.Key == pair.Second.Key && Same(pair.First.GetValueBytes(), pair.Second.GetValueBytes()));
        if (!headers)
        {
            throw new InvalidDataException($"{result.TopicPartitionOffset}: record {index} has other headers");
        }
    }

    private static bool Same(byte[]? left, byte[]? right) => left is null || right is null ? left == right : left.AsSpan().SequenceEqual(right);
}
