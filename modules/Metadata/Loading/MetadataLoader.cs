using Kafka.Modular.Core.Threading;
using Kafka.Modular.Metadata.Records;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Metadata.Loading;

/// <summary>
/// Lives on the metadata loop. Takes committed batches and snapshots in order and tells the publishers what they change. A publisher that is installed first
/// gets everything at once, as soon as the node has caught up with the quorum; from then on it gets every change. All public members may be
/// called from any thread.
/// </summary>
public sealed class MetadataLoader : IAsyncDisposable
{
    // How long to wait before asking again whether the node has caught up.
    private static readonly TimeSpan CatchUpInterval = TimeSpan.FromMilliseconds(10);

    private readonly IEventLoop _loop;
    private readonly Func<long?> _highWatermark;
    private readonly IMetadataFaultHandler _faults;
    private readonly ILogger _logger;
    private readonly MetadataBatchLoader _batchLoader;
    private readonly List<IMetadataPublisher> _publishers = [];
    private readonly List<PendingInstallation> _pending = [];
    private volatile MetadataImage _image = MetadataImage.Empty;
    private MetadataLeader _leader = new(null, 0);
    private bool _isCatchingUp = true;
    private bool _isWaiting;
    private bool _isClosed;

    /// <param name="loop">The metadata loop.</param>
    /// <param name="highWatermark">
    /// End of what the quorum has committed, null while that is not known; asked on the metadata loop until the node has caught up.
    /// </param>
    /// <param name="faults">Learns of everything that goes wrong.</param>
    /// <param name="logger">Category <c>org.apache.kafka.image.loader.MetadataLoader</c>.</param>
    public MetadataLoader(IEventLoop loop, Func<long?> highWatermark, IMetadataFaultHandler faults, ILogger logger)
    {
        _loop = loop;
        _highWatermark = highWatermark;
        _faults = faults;
        _logger = logger;
        _batchLoader = new MetadataBatchLoader(
            loop.Time,
            Publish,
            (offset, fault) => Fail(MetadataFaultKind.Load, null, offset, "A record of the metadata log could not be replayed", fault));
    }

    /// <summary>The newest image that was loaded; publishers may not have seen it yet.</summary>
    public MetadataImage Image => _image;

    /// <summary>Loads committed batches. They follow those of the call before, control batches included.</summary>
    /// <param name="batches">Enumerated, and decoded where that is left to the enumeration, on the metadata loop.</param>
    /// <param name="ownedSource">Where they come from; disposed once they are published, or given up.</param>
    /// <returns>False when the loop is closed.</returns>
    public bool Commit(IEnumerable<MetadataBatch> batches, IDisposable? ownedSource = null) =>
        PostOwning(() => Load(batches), ownedSource);

    /// <summary>Loads a snapshot: the image is then what the snapshot says, and nothing else. Batches that are committed later follow its end.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="ownedSource">Where it comes from; disposed once it is published, or given up.</param>
    /// <returns>False when the loop is closed.</returns>
    public bool LoadSnapshot(MetadataSnapshot snapshot, IDisposable? ownedSource = null) =>
        PostOwning(() => Load(snapshot), ownedSource);

    /// <summary>Notes another leader of the quorum, or that there is none.</summary>
    /// <returns>False when the loop is closed.</returns>
    public bool ChangeLeader(MetadataLeader leader) => _loop.Post(() =>
    {
        _leader = leader;
        foreach (var publisher in _publishers.ToArray())
            Call(publisher, _image.Provenance.LastContainedOffset, it => it.OnControllerChange(leader));
    });

    /// <summary>Installs publishers behind those already there.</summary>
    /// <returns>Completes once all of them were given the first image.</returns>
    /// <exception cref="InvalidOperationException">There is a publisher of that name, or the loader stops before the first image.</exception>
    public async Task InstallAsync(IReadOnlyList<IMetadataPublisher> publishers, CancellationToken cancellationToken)
    {
        var installation = await _loop.PostAsync(() => Enqueue(publishers), cancellationToken);
        await installation.WaitAsync(cancellationToken);
    }

    /// <summary>Removes a publisher and closes it.</summary>
    /// <returns>Completes once it is closed; false if it was not installed.</returns>
    public Task<bool> RemoveAsync(IMetadataPublisher publisher, CancellationToken cancellationToken) => _loop.PostAsync(
        () =>
        {
            var pending = _pending.Find(candidate => candidate.Publishers.Contains(publisher));
            if (!_publishers.Remove(publisher) && pending is null)
                return false;
            pending?.Publishers.Remove(publisher);
            Call(publisher, _image.Provenance.LastContainedOffset, static it => it.Close());
            return true;
        },
        cancellationToken);

    /// <summary>Closes the publishers, the last one first; nothing is published any more. The loop stays open, it belongs to whoever made it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _loop.PostAsync(Close, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // The loop is closed: nobody is called any more.
        }
    }

    private void Close()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        foreach (var installation in _pending)
        {
            foreach (var publisher in installation.Publishers)
                Call(publisher, _image.Provenance.LastContainedOffset, static it => it.Close());
            installation.Done.TrySetException(new InvalidOperationException("The metadata loader has stopped."));
        }

        for (var index = _publishers.Count - 1; index >= 0; index--)
            Call(_publishers[index], _image.Provenance.LastContainedOffset, static it => it.Close());
        _pending.Clear();
        _publishers.Clear();
    }

    private bool PostOwning(Action load, IDisposable? ownedSource)
    {
        var posted = _loop.Post(() =>
        {
            try
            {
                if (!_isClosed)
                    load();
            }
            finally
            {
                ownedSource?.Dispose();
            }
        });
        if (!posted)
            ownedSource?.Dispose();
        return posted;
    }

    private void Load(IEnumerable<MetadataBatch> batches)
    {
        try
        {
            foreach (var batch in batches)
                _batchLoader.Load(batch, _leader);
        }
        catch (Exception fault)
        {
            Fail(MetadataFaultKind.Load, null, _image.Provenance.LastContainedOffset + 1, "Committed metadata could not be read", fault);
        }

        _batchLoader.Flush(_leader);
    }

    private void Load(MetadataSnapshot snapshot)
    {
        var started = _loop.Time.GetTimestamp();
        var delta = new MetadataDelta(_image);
        var timestamp = snapshot.LastContainedLogTimeMs;
        var index = 0;
        try
        {
            foreach (var batch in snapshot.Batches)
            {
                if (batch.SnapshotTimestamp is { } covered)
                    timestamp = covered;
                foreach (var record in batch.Records)
                {
                    Replay(delta, record, snapshot, index);
                    index++;
                }
            }
        }
        catch (Exception fault)
        {
            Fail(MetadataFaultKind.Load, null, snapshot.EndOffset, "A snapshot of the metadata could not be read", fault);
            return;
        }

        delta.FinishSnapshot();
        var provenance = new MetadataProvenance(snapshot.EndOffset - 1, snapshot.Epoch, timestamp, IsOffsetBatchAligned: true);
        var image = delta.Apply(provenance);
        var elapsed = _loop.Time.GetElapsedTime(started);
        _logger.SnapshotLoaded(provenance.SnapshotName, index, elapsed.TotalMilliseconds);
        _batchLoader.ResetTo(image);
        Publish(delta, image, new LoaderManifest(LoaderManifestKind.Snapshot, provenance, _leader, 0, 0, elapsed));
    }

    private void Replay(MetadataDelta delta, MetadataRecord record, MetadataSnapshot snapshot, int index)
    {
        try
        {
            delta.Replay(record.Message);
        }
        catch (Exception fault)
        {
            Fail(MetadataFaultKind.Load, null, snapshot.EndOffset, $"Record {index} of a snapshot of the metadata could not be replayed", fault);
        }
    }

    private void Publish(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        _image = image;
        if (!HasCaughtUp())
            return;
        foreach (var publisher in _publishers.ToArray())
            Call(publisher, manifest.Provenance.LastContainedOffset, it => it.OnMetadataUpdate(delta, image, manifest));
        InstallPending();
    }

    private Task Enqueue(IReadOnlyList<IMetadataPublisher> publishers)
    {
        if (_isClosed)
            throw new InvalidOperationException("The metadata loader has stopped.");
        var names = _publishers.Concat(_pending.SelectMany(pending => pending.Publishers)).Select(publisher => publisher.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var publisher in publishers)
        {
            if (!names.Add(publisher.Name))
                throw new InvalidOperationException($"There is a metadata publisher named {publisher.Name} already.");
        }

        var installation = new PendingInstallation(publishers);
        _pending.Add(installation);
        InstallPending();
        return installation.Done.Task;
    }

    /// <summary>Gives those who wait the whole image as a delta on the empty one, if the node has caught up.</summary>
    private void InstallPending()
    {
        if (_isClosed || _pending.Count == 0)
            return;
        if (!HasCaughtUp())
        {
            WaitToCatchUp();
            return;
        }

        var installations = _pending.ToArray();
        _pending.Clear();
        var started = _loop.Time.GetTimestamp();
        var image = _image;
        var delta = FromEmpty(image);
        var manifest = new LoaderManifest(
            LoaderManifestKind.Snapshot, image.Provenance, _leader, 0, 0, _loop.Time.GetElapsedTime(started));
        foreach (var installation in installations)
        {
            foreach (var publisher in installation.Publishers)
            {
                _logger.InitializingPublisher(publisher.Name, image.Provenance.LastContainedOffset);
                Call(publisher, image.Provenance.LastContainedOffset, it => it.OnMetadataUpdate(delta, image, manifest));
                Call(publisher, image.Provenance.LastContainedOffset, it => it.OnControllerChange(_leader));
                _publishers.Add(publisher);
            }

            installation.Done.TrySetResult();
        }
    }

    private static MetadataDelta FromEmpty(MetadataImage image)
    {
        var delta = new MetadataDelta(MetadataImage.Empty);
        image.Write(new ReplayingWriter(delta), new ImageWriterOptions(image));
        delta.FinishSnapshot();
        return delta;
    }

    private void WaitToCatchUp()
    {
        if (_isWaiting)
            return;
        _isWaiting = true;
        _loop.Schedule(CatchUpInterval, () =>
        {
            _isWaiting = false;
            InstallPending();
        });
    }

    /// <summary>
    /// Whether everything is loaded that was committed when the node started: until then publishers would only see a past that is over. A log with no
    /// record yet does not count, its first record is the metadata version.
    /// </summary>
    private bool HasCaughtUp()
    {
        if (!_isCatchingUp)
            return true;
        var offset = _image.Provenance.LastContainedOffset;
        if (!_batchLoader.HasSeenRecord || _image.Features.MetadataVersion is null || _highWatermark() is not { } end || end - 1 > offset)
            return false;
        _isCatchingUp = false;
        _logger.CaughtUp(end);
        return true;
    }

    private void Call(IMetadataPublisher publisher, long offset, Action<IMetadataPublisher> call)
    {
        try
        {
            call(publisher);
        }
        catch (Exception fault)
        {
            Fail(MetadataFaultKind.Publish, publisher.Name, offset, $"The metadata publisher {publisher.Name} failed", fault);
        }
    }

    private void Fail(MetadataFaultKind kind, string? publisher, long offset, string message, Exception fault)
    {
        _logger.Fault(fault, message, offset);
        _faults.OnFault(new MetadataFault(kind, publisher, offset, message, fault));
    }

    private sealed class PendingInstallation(IReadOnlyList<IMetadataPublisher> publishers)
    {
        public List<IMetadataPublisher> Publishers { get; } = [.. publishers];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class ReplayingWriter(MetadataDelta delta) : IMetadataRecordWriter
    {
        public void Write(MetadataRecord record) => delta.Replay(record.Message);
    }
}
