namespace Kafka.Modular.Raft.Voters;

/// <summary>Values by the log offset at which they took effect. Raft loop only.</summary>
internal sealed class OffsetHistory<T>
    where T : notnull
{
    private readonly List<(long Offset, T Value)> _entries = [];

    /// <summary>The newest entry, or null.</summary>
    public (long Offset, T Value)? Last => _entries.Count == 0 ? null : _entries[^1];

    /// <summary>Adds a value; its offset must be above every one before.</summary>
    public void Add(long offset, T value)
    {
        if (_entries.Count > 0 && _entries[^1].Offset >= offset)
            throw new InvalidOperationException($"Offset {offset} does not follow {_entries[^1].Offset}");
        _entries.Add((offset, value));
    }

    /// <summary>The value in force after the record at <paramref name="offset"/>; false when there is none.</summary>
    public bool TryGetAt(long offset, out T? value)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Offset <= offset)
            {
                value = _entries[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Forgets what records at or above <paramref name="endOffset"/> said, for the log was truncated there.</summary>
    public void TruncateTo(long endOffset) => _entries.RemoveAll(entry => entry.Offset >= endOffset);

    /// <summary>Forgets entries that the one in force at <paramref name="startOffset"/> replaced.</summary>
    public void ForgetBefore(long startOffset)
    {
        var inForce = _entries.FindLastIndex(entry => entry.Offset <= startOffset);
        if (inForce > 0)
            _entries.RemoveRange(0, inForce);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _entries.Clear();
}
