namespace Kafka.Modular.Storage.File;

/// <summary>
/// Bounds how many segment files are open: when one more is opened, the longest open one that is idle and flushed is closed; it opens again when needed.
/// </summary>
internal sealed class OpenFileLimit(int limit)
{
    private readonly Lock _lock = new();
    private readonly Queue<FileSegment> _open = new();

    /// <summary>Files counted as open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>Tells of a segment that opened its file. Called without the segment's lock.</summary>
    public void Opened(FileSegment segment)
    {
        int attempts;
        lock (_lock)
        {
            _open.Enqueue(segment);
            attempts = _open.Count > limit ? Math.Min(_open.Count, 64) : 0;
        }

        for (; attempts > 0; attempts--)
        {
            FileSegment? candidate;
            lock (_lock)
            {
                if (_open.Count <= limit || !_open.TryDequeue(out candidate))
                    return;
            }

            if (candidate.TryCloseIdleFile())
                continue;
            lock (_lock)
                _open.Enqueue(candidate);
        }
    }
}
