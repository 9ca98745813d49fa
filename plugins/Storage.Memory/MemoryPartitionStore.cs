using System.Collections.Immutable;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Storage.Memory;

/// <summary>An open partition.</summary>
internal sealed class MemoryPartitionStore : IPartitionStore
{
    private readonly MemoryLogDirectory _directory;
    private readonly MemoryPartitionContent _content;
    private readonly Lock _lock = new();
    private readonly List<MemorySegment> _replacements = [];
    private ImmutableArray<ISegment> _segments;
    private int _isClosed;

    public MemoryPartitionStore(MemoryLogDirectory directory, MemoryPartitionContent content, string name, SegmentOptions options)
    {
        (_directory, _content, Name, Options) = (directory, content, name, options);
        _segments = [.. content.Segments.Values.Select(segment => new MemorySegment(this, segment))];
    }

    public string Name { get; private set; }

    public ILogDirectory Directory => _directory;

    public IBlobStore Blobs => _content.Blobs;

    public SegmentOptions Options { get; set; }

    public TimeProvider Clock => _directory.Clock;

    public IReadOnlyList<ISegment> Segments => _segments;

    public ISegment CreateSegment(long baseOffset)
    {
        var segment = new MemorySegment(this, new(baseOffset, Clock.GetUtcNow()));
        lock (_lock)
        {
            _segments = _segments.Add(segment);
            _content.Segments[baseOffset] = segment.Content;
        }

        return segment;
    }

    public ISegment CreateReplacement(long baseOffset)
    {
        var segment = new MemorySegment(this, new(baseOffset, Clock.GetUtcNow()));
        lock (_lock)
            _replacements.Add(segment);
        return segment;
    }

    public void ReplaceSegments(IReadOnlyList<ISegment> replacements, IReadOnlyList<ISegment> replaced)
    {
        foreach (var segment in replaced)
            segment.MarkDeleted();
        lock (_lock)
        {
            foreach (var segment in replacements.Cast<MemorySegment>())
            {
                _replacements.Remove(segment);
                _content.Segments[segment.BaseOffset] = segment.Content;
            }

            _segments = [.. _segments.Concat(replacements).OrderBy(segment => segment.BaseOffset)];
        }
    }

    public void Rename(string newName)
    {
        _directory.Rename(Name, newName);
        Name = newName;
    }

    public void Flush()
    {
        // Nothing outlives the process.
    }

    public async ValueTask DeleteAsync(CancellationToken cancellationToken)
        => await DeleteCoreAsync().WaitAsync(cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        foreach (var segment in All())
            _ = segment.CloseAsync(seal: true);
        _directory.Closed(this, _content, isDeleted: false);
    }

    /// <summary>A segment left the log.</summary>
    public void Removed(MemorySegment segment)
    {
        lock (_lock)
        {
            _segments = _segments.Remove(segment);
            _replacements.Remove(segment);
            if (_content.Segments.TryGetValue(segment.BaseOffset, out var content) && content == segment.Content)
                _content.Segments.Remove(segment.BaseOffset);
        }
    }

    private async Task DeleteCoreAsync()
    {
        Interlocked.Exchange(ref _isClosed, 1);
        foreach (var segment in All())
            await segment.CloseAsync(seal: false);
        _directory.Closed(this, _content, isDeleted: true);
    }

    private List<MemorySegment> All()
    {
        lock (_lock)
            return [.. _segments.Cast<MemorySegment>(), .. _replacements];
    }
}
