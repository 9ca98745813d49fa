using Kafka.Modular.LogStorage;
using Kafka.Modular.Protocol;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Replication.Metrics;

/// <summary>What is counted of a topic, and of all topics together. Counting is an interlocked addition or two and allocates nothing. Any thread.</summary>
public sealed class TopicMetrics
{
    private readonly TopicMetrics? _all;
    private long _messagesIn;
    private long _bytesIn;
    private long _bytesOut;
    private long _bytesRejected;
    private long _produceRequests;
    private long _failedProduceRequests;
    private long _fetchRequests;
    private long _failedFetchRequests;
    private long _replicationBytesIn;
    private long _replicationBytesOut;
    private long _invalidCrc;
    private long _invalidSequence;

    internal TopicMetrics(string name, TopicMetrics? all) => (Name, _all) = (name, all);

    /// <summary>The topic; empty for all together.</summary>
    public string Name { get; }

    /// <summary>Records appended.</summary>
    public long MessagesIn => Volatile.Read(in _messagesIn);

    /// <summary>Bytes appended.</summary>
    public long BytesIn => Volatile.Read(in _bytesIn);

    /// <summary>Bytes sent to consumers.</summary>
    public long BytesOut => Volatile.Read(in _bytesOut);

    /// <summary>Bytes refused for their size.</summary>
    public long BytesRejected => Volatile.Read(in _bytesRejected);

    /// <summary>Appends that were asked for.</summary>
    public long ProduceRequests => Volatile.Read(in _produceRequests);

    /// <summary>Appends that failed on this broker's account.</summary>
    public long FailedProduceRequests => Volatile.Read(in _failedProduceRequests);

    /// <summary>Reads that were asked for.</summary>
    public long FetchRequests => Volatile.Read(in _fetchRequests);

    /// <summary>Reads that failed on this broker's account.</summary>
    public long FailedFetchRequests => Volatile.Read(in _failedFetchRequests);

    /// <summary>Bytes fetched from other brokers.</summary>
    public long ReplicationBytesIn => Volatile.Read(in _replicationBytesIn);

    /// <summary>Bytes sent to other brokers.</summary>
    public long ReplicationBytesOut => Volatile.Read(in _replicationBytesOut);

    /// <summary>Batches refused because they are malformed.</summary>
    public long InvalidCrc => Volatile.Read(in _invalidCrc);

    /// <summary>Batches refused for their sequence numbers.</summary>
    public long InvalidSequence => Volatile.Read(in _invalidSequence);

    internal int Users { get; set; }

    /// <summary>A partition was read for a fetch; by whom is not known yet.</summary>
    public void OnRead()
    {
        Interlocked.Increment(ref _fetchRequests);
        _all?.OnRead();
    }

    /// <summary>A partition could not be read.</summary>
    public void OnReadFailed()
    {
        Interlocked.Increment(ref _failedFetchRequests);
        _all?.OnReadFailed();
    }

    /// <summary>Bytes are sent.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="toReplica">Whether to another broker rather than to a consumer.</param>
    public void OnSent(long bytes, bool toReplica)
    {
        Interlocked.Add(ref toReplica ? ref _replicationBytesOut : ref _bytesOut, bytes);
        _all?.OnSent(bytes, toReplica);
    }

    /// <summary>Bytes came from the partition's leader.</summary>
    public void OnReplicated(long bytes)
    {
        Interlocked.Add(ref _replicationBytesIn, bytes);
        _all?.OnReplicated(bytes);
    }

    /// <summary>An append threw (<see cref="LogStoreException"/>).</summary>
    internal void OnAppendFailed()
    {
        Interlocked.Increment(ref _produceRequests);
        Interlocked.Increment(ref _failedProduceRequests);
        _all?.OnAppendFailed();
    }

    /// <summary>An append was tried.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="bytes">Its size.</param>
    internal void OnAppend(in LogAppendResult result, int bytes)
    {
        Interlocked.Increment(ref _produceRequests);
        switch (result.Error)
        {
            case ErrorCode.None when result.IsDuplicate:
                break;
            case ErrorCode.None:
                Interlocked.Add(ref _messagesIn, result.RecordCount);
                Interlocked.Add(ref _bytesIn, bytes);
                break;
            case ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge:
                Interlocked.Add(ref _bytesRejected, bytes);
                break;
            case ErrorCode.CorruptMessage:
                Interlocked.Increment(ref _invalidCrc);
                break;
            case ErrorCode.OutOfOrderSequenceNumber:
                Interlocked.Increment(ref _invalidSequence);
                break;
            case ErrorCode.NotEnoughReplicas or ErrorCode.KafkaStorageError or ErrorCode.UnknownServerError:
                Interlocked.Increment(ref _failedProduceRequests);
                break;
        }

        _all?.OnAppend(result, bytes);
    }
}
