using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Loading;

/// <summary>
/// Turns committed batches into deltas, so that a metadata transaction (KIP-868) becomes visible as a whole or not at all. Metadata loop only; reads the
/// clock for statistics alone.
/// </summary>
internal sealed class MetadataBatchLoader
{
    private readonly TimeProvider _time;
    private readonly Action<MetadataDelta, MetadataImage, LoaderManifest> _publish;
    private readonly Action<long, Exception> _onFault;

    private MetadataImage _image = MetadataImage.Empty;
    private MetadataDelta _delta = new(MetadataImage.Empty);
    private bool _inTransaction;
    private long _lastOffset;
    private int _lastEpoch;
    private long _lastLogTime;
    private long _bytes;
    private int _batches;
    private TimeSpan _elapsed;

    public MetadataBatchLoader(
        TimeProvider time, Action<MetadataDelta, MetadataImage, LoaderManifest> publish, Action<long, Exception> onFault)
    {
        _time = time;
        _publish = publish;
        _onFault = onFault;
        ResetTo(MetadataImage.Empty);
    }

    /// <summary>Whether any record but those that bind transactions was seen.</summary>
    public bool HasSeenRecord { get; private set; }

    /// <summary>Goes on from an image; what was not published is forgotten.</summary>
    public void ResetTo(MetadataImage image)
    {
        _image = image;
        _delta = new MetadataDelta(image);
        _inTransaction = false;
        HasSeenRecord |= !image.IsEmpty;
        _lastOffset = image.Provenance.LastContainedOffset;
        _lastEpoch = image.Provenance.LastContainedEpoch;
        _lastLogTime = image.Provenance.LastContainedLogTimeMs;
        _bytes = 0;
        _batches = 0;
        _elapsed = TimeSpan.Zero;
    }

    /// <summary>
    /// Takes in a batch. Where a transaction begins in the middle of what was not published yet, the part before is published at once.
    /// </summary>
    public void Load(MetadataBatch batch, MetadataLeader leader)
    {
        var started = _time.GetTimestamp();
        for (var index = 0; index < batch.Records.Count; index++)
        {
            try
            {
                Replay(batch.Records[index].Message, index, leader);
            }
            catch (Exception fault)
            {
                _onFault(batch.BaseOffset + index, fault);
            }

            MoveTo(batch.BaseOffset + index, batch);
        }

        MoveTo(batch.LastOffset, batch);
        _bytes += batch.SizeInBytes;
        _batches++;
        _elapsed += _time.GetElapsedTime(started);
    }

    /// <summary>Publishes what was taken in, unless a transaction is open.</summary>
    public void Flush(MetadataLeader leader)
    {
        if (!_inTransaction && _batches > 0)
            Publish(leader, isBatchAligned: true);
    }

    private void MoveTo(long offset, MetadataBatch batch)
    {
        _lastOffset = offset;
        _lastEpoch = batch.Epoch;
        _lastLogTime = batch.AppendTimestamp;
    }

    private void Replay(IMetadataRecord record, int index, MetadataLeader leader)
    {
        switch (record)
        {
            case BeginTransactionRecord when _inTransaction:
                throw new MetadataReplayException("A metadata transaction begins inside another one.");
            case BeginTransactionRecord:
                // What came before does not depend on how the transaction ends. It ends with a batch only if the transaction begins with one.
                if (index > 0 || _batches > 0)
                    Publish(leader, isBatchAligned: index == 0);
                _inTransaction = true;
                break;
            case EndTransactionRecord or AbortTransactionRecord when !_inTransaction:
                throw new MetadataReplayException("A metadata transaction ends that did not begin.");
            case EndTransactionRecord:
                _inTransaction = false;
                break;
            case AbortTransactionRecord:
                _inTransaction = false;
                _delta = new MetadataDelta(_image);
                break;
            default:
                HasSeenRecord = true;
                _delta.Replay(record);
                break;
        }
    }

    private void Publish(MetadataLeader leader, bool isBatchAligned)
    {
        var delta = _delta;
        var provenance = new MetadataProvenance(_lastOffset, _lastEpoch, _lastLogTime, isBatchAligned);
        var manifest = new LoaderManifest(LoaderManifestKind.LogDelta, provenance, leader, _batches, _bytes, _elapsed);
        var image = delta.Apply(provenance);
        _publish(delta, image, manifest);
        ResetTo(image);
    }
}
