namespace Kafka.Modular.Raft.Voters;

/// <summary>The endpoints of one node by listener name, immutable, compared by content.</summary>
public sealed class RaftEndpoints : IEquatable<RaftEndpoints>
{
    private readonly SortedDictionary<string, RaftEndpoint> _byListener;

    /// <summary>Copies the endpoints; a listener named twice keeps the last.</summary>
    public RaftEndpoints(IEnumerable<KeyValuePair<string, RaftEndpoint>> endpoints)
    {
        _byListener = new(StringComparer.Ordinal);
        foreach (var (listener, endpoint) in endpoints)
            _byListener[listener] = endpoint;
    }

    /// <summary>No endpoint at all.</summary>
    public static RaftEndpoints Empty { get; } = new([]);

    /// <summary>How many listeners there are.</summary>
    public int Count => _byListener.Count;

    /// <summary>The endpoints in the order of their listener names.</summary>
    public IReadOnlyDictionary<string, RaftEndpoint> ByListener => _byListener;

    /// <summary>True when there is no endpoint.</summary>
    public bool IsEmpty => _byListener.Count == 0;

    /// <summary>One endpoint under one listener name.</summary>
    public static RaftEndpoints Of(string listener, string host, int port) => new([new(listener, new(host, port))]);

    /// <summary>The endpoint of a listener, or null.</summary>
    public RaftEndpoint? Find(string listener) => _byListener.TryGetValue(listener, out var endpoint) ? endpoint : null;

    /// <inheritdoc/>
    public bool Equals(RaftEndpoints? other) => other is not null && _byListener.SequenceEqual(other._byListener);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RaftEndpoints);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (listener, endpoint) in _byListener)
        {
            hash.Add(listener, StringComparer.Ordinal);
            hash.Add(endpoint);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', _byListener.Select(pair => $"{pair.Key}://{pair.Value}"));
}
