using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Producing;

/// <content>A request, and what its response means for each batch.</content>
internal sealed partial class ProduceSender
{
    private const short LastVersionWithNames = 12;

    private async Task SendAsync(LeaderState leader, KafkaConnection connection, List<SentBatch> sent)
    {
        try
        {
            var request = Request(sent);
            var hasIds = sent.TrueForAll(static batch => batch.Queue.Topic.Id != Uuid.Zero);
            var options = new SendOptions(null, hasIds ? short.MaxValue : LastVersionWithNames);
            if (_options.Acks == 0)
            {
                await connection.SendOneWayAsync(request, options, CancellationToken.None);
                foreach (var batch in sent)
                {
                    Finish(batch.Queue, batch.Batch, -1, -1, null);
                }
            }
            else
            {
                var response = await connection.SendAsync(request, options, CancellationToken.None);
                foreach (var batch in sent)
                {
                    OnAnswer(batch, Find(response, batch));
                }
            }
        }
        catch (KafkaClientException fault)
        {
            foreach (var batch in sent)
            {
                OnError(batch, fault.Code, fault.Message);
            }
        }
        catch (Exception fault)
        {
            foreach (var batch in sent)
            {
                Finish(batch.Queue, batch.Batch, -1, -1, new KafkaClientException(ErrorCode.UnknownServerError, fault.Message, fault));
            }
        }
        finally
        {
            Interlocked.Decrement(ref leader.InFlight);
            Wake();
        }
    }

    private ProduceRequest Request(List<SentBatch> sent)
    {
        var request = new ProduceRequest { Acks = _options.Acks, TimeoutMs = (int)Math.Min(_cluster.Options.RequestTimeout.TotalMilliseconds, int.MaxValue) };
        foreach (var batch in sent)
        {
            var topic = batch.Queue.Topic;
            var data = request.TopicData.Find(data => ReferenceEquals(data.Name, topic.Name));
            if (data is null)
            {
                request.TopicData.Add(data = new ProduceRequest.TopicProduceData { Name = topic.Name, TopicId = topic.Id });
            }

            data.PartitionData.Add(new ProduceRequest.PartitionProduceData { Index = batch.Queue.Partition, Records = batch.Encoded });
        }

        return request;
    }

    private static ProduceResponse.PartitionProduceResponse? Find(ProduceResponse response, SentBatch batch)
    {
        foreach (var topic in response.Responses)
        {
            var isIt = string.IsNullOrEmpty(topic.Name) ? topic.TopicId == batch.Queue.Topic.Id : topic.Name == batch.Queue.Topic.Name;
            if (isIt && topic.PartitionResponses.Find(partition => partition.Index == batch.Queue.Partition) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private void OnAnswer(SentBatch sent, ProduceResponse.PartitionProduceResponse? answer)
    {
        switch (answer?.ErrorCode)
        {
            case null:
                OnError(sent, ErrorCode.UnknownServerError, "The broker's response does not mention the partition.");
                break;
            case ErrorCode.None:
                Finish(sent.Queue, sent.Batch, answer.BaseOffset, answer.LogAppendTimeMs, null);
                break;
            case ErrorCode.DuplicateSequenceNumber:
                // It is in the log since an earlier attempt, whose offset the broker does not remember.
                Finish(sent.Queue, sent.Batch, -1, -1, null);
                break;
            case ErrorCode.MessageTooLarge when sent.Batch.Count > 1:
                Split(sent.Queue, sent.Batch);
                break;
            default:
                OnError(sent, answer.ErrorCode, answer.ErrorMessage);
                break;
        }
    }

    private void OnError(SentBatch sent, ErrorCode error, string? message)
    {
        var (queue, batch) = (sent.Queue, sent.Batch);
        if (error.Info().InvalidatesMetadata || error == ErrorCode.NetworkException)
        {
            _cluster.MetadataCache.Expire();
        }

        var isSequence = batch.BaseSequence >= 0
            && error is ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch;
        if (isSequence && (queue.IsOldest(batch) || error != ErrorCode.OutOfOrderSequenceNumber))
        {
            BumpEpoch(queue, batch);
        }

        var mayGoOn = (error.IsRetriable() || isSequence) && batch.Attempts <= (long)_options.Retries
            && Now - batch.CreatedAt < (long)_options.DeliveryTimeout.TotalMilliseconds && !_stopping.IsCancellationRequested;
        if (mayGoOn)
        {
            _logger.ProducedAgain(_cluster.Options.ClientId, queue.Topic.Name, queue.Partition, error.Info().Name, batch.Attempts);
            var wait = Backoff.Of(_cluster.Options.RetryBackoff, _cluster.Options.RetryBackoffMaximum, batch.Attempts - 1, _cluster.Parts.Random);
            queue.Requeue(batch, Now + (long)wait.TotalMilliseconds);
            return;
        }

        Finish(queue, batch, -1, -1, new KafkaClientException(error, string.IsNullOrEmpty(message) ? null : message));
        if (batch.BaseSequence >= 0)
        {
            // Whether the broker has it is not known: what follows cannot go on with the sequence after it.
            BumpEpoch(queue, batch);
        }
    }

    // KIP-360: a new epoch lets the partition count from 0 again. Other partitions change over when nothing of theirs is under way.
    private void BumpEpoch(PartitionQueue queue, ProducerBatch batch)
    {
        if (batch.BaseSequence < 0)
        {
            return;
        }

        lock (_lock)
        {
            // Somebody may have done it since the batch was sent.
            if (queue.Identity == batch.Identity && _identity == batch.Identity)
            {
                _identity = _identity.Bumped;
            }

            if (!_identity.IsNone && queue.Identity == batch.Identity)
            {
                queue.StartOver(_identity);
            }
        }
    }

    private void FailExpired(PartitionQueue queue, long now)
    {
        var timeout = (long)_options.DeliveryTimeout.TotalMilliseconds;
        foreach (var batch in queue.TakeExpired(now - timeout) ?? [])
        {
            Finish(queue, batch, -1, -1, new KafkaClientException(
                ErrorCode.RequestTimedOut,
                $"Expiring {batch.Count} record(s) for {queue.Topic.Name}-{queue.Partition}: {now - batch.CreatedAt} ms has passed since batch creation"));
            if (batch.BaseSequence >= 0)
            {
                BumpEpoch(queue, batch);
            }
        }
    }

    private void FailWaiting(KafkaClientException fault)
    {
        foreach (var queue in _topics.Values.SelectMany(static topic => topic.Partitions))
        {
            foreach (var batch in queue.TakeExpired(long.MaxValue) ?? [])
            {
                Finish(queue, batch, -1, -1, fault);
            }
        }
    }

    private void Finish(PartitionQueue queue, ProducerBatch batch, long baseOffset, long logAppendTime, KafkaClientException? fault)
    {
        queue.Forget(batch);
        batch.Complete(queue.Topic.Name, queue.Partition, baseOffset, logAppendTime, fault);
        OnDone(batch);
    }

    // KIP-126: what the broker finds too large is sent in halves.
    private void Split(PartitionQueue queue, ProducerBatch batch)
    {
        var parts = new List<ProducerBatch>(2);
        var view = batch.Builder.BuildUncompressed();
        RecordBatchView.TryRead(view.Span, out var whole);
        var records = new RecordEnumerator(in whole);
        var half = (batch.Count + 1) / 2;
        for (var i = 0; records.MoveNext(); i++)
        {
            if (i % half == 0)
            {
                parts.Add(_batches.Create(Math.Max(_options.BatchSize, view.Length / 2), batch.CreatedAt));
                OnBegunPart(parts[^1]);
            }

            var (handler, tag, timestamp) = batch.SlotOf(i);
            parts[^1].AppendCopy(records.Current, timestamp, handler, tag);
        }

        queue.Replace(batch, parts);
        batch.Forward(parts);
        OnDone(batch);
    }

    // The parts take over what the whole had reserved; the budget may be overdrawn by them for as long.
    private void OnBegunPart(ProducerBatch part)
    {
        lock (_lock)
        {
            _incomplete.Add(part);
        }

        if (!_memory.TryReserve(part.Reserved))
        {
            part.Reserved = 0;
        }
    }
}
