using Kafka.Modular.Core.Threading;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Metadata.Snapshots;

/// <summary>
/// Decides on the metadata loop when a snapshot is due, and writes it on a loop of its own, since that touches the disk. Images are immutable: loading goes
/// on meanwhile.
/// </summary>
public sealed class SnapshotGenerator : IMetadataPublisher
{
    // Small enough that a follower that fetches the snapshot gets whole batches in each piece.
    private const int MaxBatchBytes = 1024 * 1024;

    private readonly ISnapshotStore _store;
    private readonly SnapshotSettings _settings;
    private readonly IEventLoop _snapshotLoop;
    private readonly IMetadataFaultHandler _faults;
    private readonly ILogger _logger;
    private long _bytesSinceLast;
    private long _lastTimestamp;
    private int _running;

    /// <param name="store">Where snapshots go.</param>
    /// <param name="settings">When they are due.</param>
    /// <param name="snapshotLoop">Where they are written.</param>
    /// <param name="faults">Learns of a snapshot that could not be written.</param>
    /// <param name="logger">Category <c>org.apache.kafka.image.publisher.SnapshotGenerator</c>.</param>
    public SnapshotGenerator(
        ISnapshotStore store, SnapshotSettings settings, IEventLoop snapshotLoop, IMetadataFaultHandler faults, ILogger logger)
    {
        _store = store;
        _settings = settings;
        _snapshotLoop = snapshotLoop;
        _faults = faults;
        _logger = logger;
        _lastTimestamp = snapshotLoop.Time.GetTimestamp();
    }

    /// <inheritdoc/>
    public string Name => "SnapshotGenerator";

    /// <inheritdoc/>
    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        if (manifest.Kind == LoaderManifestKind.Snapshot)
        {
            // What came from a snapshot needs no other one.
            StartOver();
            return;
        }

        _bytesSinceLast += manifest.SizeInBytes;
        // A snapshot names the end of a batch (KIP-868).
        if (!image.Provenance.IsOffsetBatchAligned || Volatile.Read(ref _running) != 0)
            return;
        if (_bytesSinceLast >= _settings.MaxBytesBetween)
            Begin(image, $"we have replayed at least {_settings.MaxBytesBetween} bytes");
        else if (_settings.MaxInterval > TimeSpan.Zero && _snapshotLoop.Time.GetElapsedTime(_lastTimestamp) >= _settings.MaxInterval)
            Begin(image, $"we have waited at least {_settings.MaxInterval.TotalMinutes} minutes");
    }

    private void StartOver()
    {
        _bytesSinceLast = 0;
        _lastTimestamp = _snapshotLoop.Time.GetTimestamp();
    }

    private void Begin(MetadataImage image, string reason)
    {
        StartOver();
        _logger.CreatingSnapshot(image.Provenance.SnapshotName, reason);
        Volatile.Write(ref _running, 1);
        _ = BeginAsync(image);
    }

    private async Task BeginAsync(MetadataImage image)
    {
        var provenance = image.Provenance;
        try
        {
            var snapshot = await _store.TryBeginAsync(
                provenance.LastContainedOffset + 1, provenance.LastContainedEpoch, provenance.LastContainedLogTimeMs);
            if (snapshot is null)
            {
                Volatile.Write(ref _running, 0);
            }
            else if (!_snapshotLoop.Post(() => Run(image, snapshot)))
            {
                snapshot.Dispose();
                Volatile.Write(ref _running, 0);
            }
        }
        catch (Exception fault)
        {
            Failed(image, fault);
            Volatile.Write(ref _running, 0);
        }
    }

    private void Run(MetadataImage image, ISnapshotWriter ownedSnapshot)
    {
        try
        {
            var started = _snapshotLoop.Time.GetTimestamp();
            var records = Write(image, ownedSnapshot);
            _logger.SnapshotCreated(image.Provenance.SnapshotName, records, _snapshotLoop.Time.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception fault)
        {
            Failed(image, fault);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private void Failed(MetadataImage image, Exception fault)
    {
        var message = $"Snapshot {image.Provenance.SnapshotName} could not be written";
        _logger.Fault(fault, message, image.Provenance.LastContainedOffset);
        _faults.OnFault(new MetadataFault(MetadataFaultKind.Snapshot, Name, image.Provenance.LastContainedOffset, message, fault));
    }

    private static long Write(MetadataImage image, ISnapshotWriter ownedSnapshot)
    {
        using var snapshot = ownedSnapshot;
        var records = new SnapshotRecords(snapshot, MaxBatchBytes);
        image.Write(records, new ImageWriterOptions(image));
        records.Flush();
        snapshot.Complete();
        return records.Count;
    }
}
