namespace Kafka.Modular.Network.Metrics;

/// <summary>How many connections of each kind are open. Of so many kinds at most: clients choose their names, and those beyond are not counted (as Kafka's). Any thread.</summary>
internal sealed class ConnectionKinds
{
    private const int MaximumKinds = 100;
    private const int LongestText = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<ConnectionKind, int> _counts = [];

    /// <summary>A connection is of a kind from now on.</summary>
    /// <returns>Whether it is counted; if so it is to be taken out again.</returns>
    public bool TryAdd(ConnectionKind kind)
    {
        if (kind.First.Length > LongestText || kind.Second.Length > LongestText)
            return false;
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(kind);
            if (count == 0 && _counts.Count >= MaximumKinds)
                return false;
            _counts[kind] = count + 1;
            return true;
        }
    }

    /// <summary>A connection that was counted is of that kind no more.</summary>
    public void Remove(ConnectionKind kind)
    {
        lock (_lock)
        {
            if (_counts[kind] == 1)
                _counts.Remove(kind);
            else
                _counts[kind]--;
        }
    }

    /// <summary>The kinds that there are, and how many connections of each.</summary>
    public IReadOnlyList<(ConnectionKind Kind, int Count)> Read()
    {
        lock (_lock)
            return [.. _counts.Select(static pair => (pair.Key, pair.Value))];
    }
}
