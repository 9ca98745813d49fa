using System.Runtime.InteropServices;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Spi.Compression;

namespace Kafka.Modular.Client.Producing;

/// <summary>Records of one partition that are sent together. Guarded by its queue's lock until it is taken; then it belongs to the request that carries it.</summary>
internal sealed class ProducerBatch(RecordBatchBuilder builder, int reserved, long createdAt)
{
    private readonly List<Slot> _slots = [];
    private ReadOnlyMemory<byte> _encoded;
    private (ProducerIdentity Identity, int Sequence) _encodedFor;
    private TaskCompletionSource? _done;
    private bool _isDone;

    public RecordBatchBuilder Builder => builder;

    /// <summary>Bytes of <c>buffer.memory</c> that it holds.</summary>
    public int Reserved { get; set; } = reserved;

    /// <summary>When its first record came, on the producer's clock in milliseconds.</summary>
    public long CreatedAt => createdAt;

    public int Count => builder.Count;

    /// <summary>Whether nothing may be appended any more.</summary>
    public bool IsClosed { get; set; }

    public int Attempts { get; set; }

    /// <summary>Not to be sent before.</summary>
    public long RetryAt { get; set; }

    /// <summary>The sequence of its first record; -1 before it was first sent.</summary>
    public int BaseSequence { get; set; } = RecordBatchFormat.None;

    public ProducerIdentity Identity { get; set; } = ProducerIdentity.None;

    /// <summary>Completes when every record's fate is known.</summary>
    public Task Done
    {
        get
        {
            lock (_slots)
            {
                return _isDone ? Task.CompletedTask : (_done ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    public void Append(in ProducerRecord record, long timestamp, DeliveryHandler? handler, long tag)
    {
        builder.AppendAt(
            builder.NextOffset, timestamp, record.Key.HasValue, record.Key.GetValueOrDefault().Span, record.Value.HasValue, record.Value.GetValueOrDefault().Span, record.Headers);
        _slots.Add(new Slot(handler, tag, timestamp));
    }

    /// <summary>The batch as it is sent. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Encode(ICompressionCodec? codec, int? level)
    {
        if (_encoded.IsEmpty || _encodedFor != (Identity, BaseSequence))
        {
            builder.SetProducer(Identity.Id, Identity.Epoch, BaseSequence);
            _encoded = codec is null ? builder.Build() : builder.Build(codec, level);
            _encodedFor = (Identity, BaseSequence);
        }

        return _encoded;
    }

    /// <summary>Tells every record's handler; once.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="baseOffset">Offset of the first record; -1 when it is not known.</param>
    /// <param name="logAppendTime">The broker's timestamp; -1 where the producer's holds.</param>
    /// <param name="error">Why they were not stored, or null.</param>
    public void Complete(string topic, int partition, long baseOffset, long logAppendTime, KafkaClientException? error)
    {
        for (var i = 0; i < _slots.Count; i++)
        {
            var slot = _slots[i];
            slot.Handler?.Invoke(new Delivery(
                topic, partition, baseOffset < 0 ? -1 : baseOffset + i, logAppendTime >= 0 ? logAppendTime : slot.Timestamp, error, slot.Tag));
        }

        lock (_slots)
        {
            _isDone = true;
            _done?.TrySetResult();
        }
    }

    /// <summary>Appends a copy of a record of another batch.</summary>
    public void AppendCopy(in RecordView record, long timestamp, DeliveryHandler? handler, long tag)
    {
        builder.AppendCopy(builder.NextOffset, in record);
        _slots.Add(new Slot(handler, tag, timestamp));
    }

    /// <summary>It is done when its parts are.</summary>
    public void Forward(IReadOnlyList<ProducerBatch> parts)
    {
        var all = Task.WhenAll(parts.Select(static part => part.Done));
        lock (_slots)
        {
            if (_done is not null)
            {
                _ = all.ContinueWith(static (_, done) => ((TaskCompletionSource)done!).TrySetResult(), _done, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }

            _isDone = true;
        }
    }

    /// <summary>The handlers of one record, to be moved to another batch.</summary>
    public (DeliveryHandler? Handler, long Tag, long Timestamp) SlotOf(int index) => (_slots[index].Handler, _slots[index].Tag, _slots[index].Timestamp);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Slot(DeliveryHandler? Handler, long Tag, long Timestamp);
}
