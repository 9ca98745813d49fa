using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Core.Time;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Producing;

/// <summary>
/// Produces records: gathers them into batches, sends those to the partitions' leaders and tries again what may succeed later. Safe to use from any
/// thread. Records of one partition that are given one after the other are stored in that order.
/// </summary>
public sealed class KafkaProducer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TopicQueues> _topics = new(StringComparer.Ordinal);
    private readonly ClusterClient _cluster;
    private readonly ClientParts _parts;
    private readonly ProducerOptions _options;
    private readonly MemoryBudget _memory;
    private readonly BatchFactory _batches;
    private readonly ProduceSender _sender;
    private TopicQueues? _lastTopic;
    private bool _isClosed;

    /// <summary>Creates a producer; it connects when the first record comes.</summary>
    /// <param name="properties">Kafka's producer configuration.</param>
    /// <param name="parts">What it stands on; they stay the caller's.</param>
    /// <param name="codecs">The codecs for <c>compression.type</c>.</param>
    /// <exception cref="ClientConfigurationException">A property cannot be used, or the codec is not loaded.</exception>
    public KafkaProducer(ClientProperties properties, ClientParts parts, CompressionCodecs codecs)
        : this(ClientOptions.Parse(properties) with { AllowsTopicCreation = true }, ProducerOptions.Parse(properties), parts, codecs)
    {
    }

    /// <summary>Creates a producer; it connects when the first record comes.</summary>
    /// <param name="client">How it connects.</param>
    /// <param name="options">How it produces.</param>
    /// <param name="parts">What it stands on; they stay the caller's.</param>
    /// <param name="codecs">The codecs for <c>compression.type</c>.</param>
    /// <exception cref="ClientConfigurationException">The codec is not loaded, or the security protocol not supported.</exception>
    public KafkaProducer(ClientOptions client, ProducerOptions options, ClientParts parts, CompressionCodecs codecs)
    {
        if (!codecs.TryGet(options.Compression, out var codec) && options.Compression != CompressionType.None)
        {
            throw ClientConfigurationException.Invalid("compression.type", options.Compression.ToString(), "no codec of this type is loaded");
        }

        _cluster = new ClusterClient(client, parts);
        _parts = parts;
        _options = options;
        _memory = new MemoryBudget(options.BufferMemory);
        _batches = new BatchFactory(options);
        _sender = new ProduceSender(_cluster, options, codec, _topics, _memory, _batches);
    }

    /// <summary>How many batches wait to be sent or acknowledged; 0 when all is done.</summary>
    public int IncompleteBatches => _sender.Incomplete;

    /// <summary>Takes a record. Completes when it is in a batch: it may wait for metadata and for memory.</summary>
    /// <param name="record">The record; its bytes are copied.</param>
    /// <param name="handler">Told what became of it; null when nobody wants to know.</param>
    /// <param name="tag">A number that is handed to the handler.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="KafkaClientException">It is too large, or the topic or partition is not there, or nothing became free within <c>max.block.ms</c>.</exception>
    public ValueTask EnqueueAsync(in ProducerRecord record, DeliveryHandler? handler, long tag, CancellationToken cancellationToken)
    {
        var size = record.LargestSize;
        return TryEnqueue(in record, size, handler, tag) ? ValueTask.CompletedTask : EnqueueSlowlyAsync(record, size, handler, tag, cancellationToken);
    }

    /// <summary>Produces a record and waits until its fate is known.</summary>
    /// <exception cref="KafkaClientException">It was not stored.</exception>
    public async Task<Delivery> SendAsync(ProducerRecord record, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(
            in record,
            (in Delivery delivery) =>
            {
                if (delivery.Error is null)
                {
                    done.TrySetResult(delivery);
                }
                else
                {
                    done.TrySetException(delivery.Error);
                }
            },
            0,
            cancellationToken);
        return await done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The number of partitions of a topic.</summary>
    /// <exception cref="KafkaClientException">The topic is not there, or nobody answered within <c>max.block.ms</c>.</exception>
    public async ValueTask<int> PartitionsAsync(string topic, CancellationToken cancellationToken) => (await FindTopicAsync(topic, cancellationToken)).Partitions.Length;

    /// <summary>Sends all that was given so far without lingering, and completes when the fate of each of those records is known.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _sender.FlushAsync(cancellationToken);

    /// <summary>Flushes for at most so long, and closes; what is not done then fails.</summary>
    public async Task CloseAsync(TimeSpan timeout)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        using var limit = new CancellationTokenSource(timeout, _parts.Time);
        try
        {
            await _sender.FlushAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // What is left fails below.
        }

        await _sender.StopAsync();
        await _cluster.DisposeAsync();
        await _sender.DisposeAsync();
    }

    /// <summary>Closes at once; what is not done fails.</summary>
    public ValueTask DisposeAsync() => new(CloseAsync(TimeSpan.Zero));

    private bool TryEnqueue(in ProducerRecord record, int size, DeliveryHandler? handler, long tag)
    {
        var topic = Volatile.Read(ref _lastTopic);
        if (topic is null || !ReferenceEquals(topic.Name, record.Topic))
        {
            if (!_topics.TryGetValue(record.Topic, out topic))
            {
                return false;
            }

            Volatile.Write(ref _lastTopic, topic);
        }

        if (topic.Partitions.Length == 0 || _isClosed || size > _options.MaximumRequestSize)
        {
            return false;
        }

        var partition = record.Partition ?? topic.Choose(in record, size);
        if ((uint)partition >= (uint)topic.Partitions.Length)
        {
            return false;
        }

        var timestamp = record.Timestamp ?? _parts.Time.UnixMilliseconds();
        var queue = topic.Partitions[partition];
        var fullAt = _batches.FullAt;
        if (queue.TryAppend(in record, size, fullAt, timestamp, handler, tag) == AppendResult.Appended)
        {
            return true;
        }

        var reserved = _batches.SizeFor(in record);
        if (!_memory.TryReserve(reserved))
        {
            return false;
        }

        Begin(queue, in record, size, fullAt, timestamp, reserved, handler, tag);
        return true;
    }

    private void Begin(PartitionQueue queue, in ProducerRecord record, int size, int fullAt, long timestamp, int reserved, DeliveryHandler? handler, long tag)
    {
        var batch = _batches.Create(reserved, _sender.Now);
        _sender.OnBegun(batch);
        if (queue.AppendOrBegin(batch, in record, size, fullAt, timestamp, handler, tag))
        {
            _sender.Wake();
            return;
        }

        // Somebody else began one meanwhile.
        _sender.OnDone(batch);
    }

    private async ValueTask EnqueueSlowlyAsync(ProducerRecord record, int size, DeliveryHandler? handler, long tag, CancellationToken cancellationToken)
    {
        if (_isClosed)
        {
            throw new KafkaClientException(ErrorCode.NetworkException, "The producer is closed.");
        }

        var topic = await FindTopicAsync(record.Topic, cancellationToken);
        Check(in record, topic, size);
        if (record.Partition >= topic.Partitions.Length)
        {
            throw new KafkaClientException(
                ErrorCode.UnknownTopicOrPartition, $"Invalid partition given with record: {record.Partition} is not in the range [0...{topic.Partitions.Length}).");
        }

        using var limit = new CancellationTokenSource(_options.MaximumBlock, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var reserved = _batches.SizeFor(in record);
        _sender.Hurry(true);
        try
        {
            await _memory.ReserveAsync(reserved, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KafkaClientException(
                ErrorCode.RequestTimedOut, $"Failed to allocate {reserved} bytes within the configured max blocking time {_options.MaximumBlock.TotalMilliseconds} ms.");
        }
        finally
        {
            _sender.Hurry(false);
        }

        var partition = record.Partition ?? topic.Choose(in record, size);
        Begin(topic.Partitions[partition], in record, size, _batches.FullAt, record.Timestamp ?? _parts.Time.UnixMilliseconds(), reserved, handler, tag);
    }

    private void Check(in ProducerRecord record, TopicQueues topic, int size)
    {
        if (record.Partition < 0)
        {
            throw new KafkaClientException(ErrorCode.UnknownTopicOrPartition, $"Invalid partition {record.Partition}: partition number should always be non-negative.");
        }

        if (size > _options.MaximumRequestSize)
        {
            throw new KafkaClientException(
                ErrorCode.MessageTooLarge,
                $"The message to {topic.Name} is {size} bytes when serialized which is larger than {_options.MaximumRequestSize}, which is the value of the max.request.size configuration.");
        }

        if (size > _options.BufferMemory)
        {
            throw new KafkaClientException(
                ErrorCode.MessageTooLarge,
                $"The message is {size} bytes when serialized which is larger than the total memory buffer you have configured with the buffer.memory configuration.");
        }
    }

    [SuppressMessage("Reliability", "CA2016", Justification = "The linked token carries the caller's.")]
    private async ValueTask<TopicQueues> FindTopicAsync(string name, CancellationToken cancellationToken)
    {
        if (_topics.TryGetValue(name, out var known) && known.Partitions.Length > 0)
        {
            return known;
        }

        using var limit = new CancellationTokenSource(_options.MaximumBlock, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var attempt = 0;
        ErrorCode last = ErrorCode.UnknownTopicOrPartition;
        try
        {
            while (true)
            {
                var metadata = await _cluster.GetMetadataAsync([name], either.Token);
                var found = metadata.Topics.GetValueOrDefault(name);
                last = found?.Error ?? ErrorCode.UnknownTopicOrPartition;
                if (found is { Error: ErrorCode.None, Partitions.Count: > 0 })
                {
                    var topic = _topics.GetOrAdd(name, static (name, producer) => new TopicQueues(name, producer._options, producer._parts.Random), this);
                    topic.Update(found);
                    return topic;
                }

                if (last != ErrorCode.None && !last.IsRetriable())
                {
                    throw new KafkaClientException(last, $"{last.Info().Message} ({name})");
                }

                _cluster.MetadataCache.Expire();
                await Task.Delay(Backoff.Of(_cluster.Options.RetryBackoff, _cluster.Options.RetryBackoffMaximum, attempt++, _parts.Random), _parts.Time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KafkaClientException(
                ErrorCode.RequestTimedOut,
                $"Topic {name} not present in metadata after {_options.MaximumBlock.TotalMilliseconds} ms: {last.Info().Message}");
        }
    }
}
