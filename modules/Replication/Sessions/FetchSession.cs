namespace Kafka.Modular.Replication.Sessions;

/// <summary>
/// The partitions that one fetcher follows (KIP-227). Safe to use from any thread: a client is to send the requests of a session one after
/// the other, but nothing keeps it from sending one while another waits for records. The cache's lock guards what it decides eviction by.
/// </summary>
public sealed class FetchSession
{
    private readonly Lock _lock = new();
    private readonly LinkedList<FetchPartition> _order = new();
    private readonly Dictionary<FetchPartitionKey, LinkedListNode<FetchPartition>> _partitions = [];

    internal FetchSession(int id, bool isPrivileged, bool usesTopicIds, long createdMs)
    {
        Id = id;
        IsPrivileged = isPrivileged;
        UsesTopicIds = usesTopicIds;
        CreatedMs = createdMs;
        LastUsedMs = createdMs;
    }

    /// <summary>The session's id, above 0.</summary>
    public int Id { get; }

    /// <summary>Whether a follower fetches; a consumer's session makes room for it.</summary>
    public bool IsPrivileged { get; }

    /// <summary>Whether topics are named by id.</summary>
    public bool UsesTopicIds { get; }

    /// <summary>How many partitions it has.</summary>
    public int Size
    {
        get
        {
            lock (_lock)
            {
                return _partitions.Count;
            }
        }
    }

    /// <summary>The partitions; those that gave data last come last, so that each gets its turn.</summary>
    public IReadOnlyList<FetchPartition> Partitions
    {
        get
        {
            lock (_lock)
            {
                return [.. _order];
            }
        }
    }

    /// <summary>The epoch that the next request must have.</summary>
    internal int NextEpoch { get; set; } = FetchSessionEpoch.Initial + 1;

    internal long CreatedMs { get; }

    internal long LastUsedMs { get; set; }

    /// <summary>Adds a partition, or takes what is new of it.</summary>
    public void AddOrUpdate(FetchPartitionKey key, FetchPartition partition)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(key, out var node))
            {
                node.Value.Update(partition);
            }
            else
            {
                _partitions.Add(key, _order.AddLast(partition));
            }
        }
    }

    /// <summary>Forgets a partition.</summary>
    public void Remove(FetchPartitionKey key)
    {
        lock (_lock)
        {
            if (_partitions.Remove(key, out var node))
            {
                _order.Remove(node);
            }
        }
    }

    /// <summary>A partition gave data: the others come first next time.</summary>
    public void MoveToEnd(FetchPartitionKey key)
    {
        lock (_lock)
        {
            if (_partitions.TryGetValue(key, out var node))
            {
                _order.Remove(node);
                _order.AddLast(node);
            }
        }
    }
}
