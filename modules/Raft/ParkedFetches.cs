using Kafka.Modular.Raft.Messages;

namespace Kafka.Modular.Raft;

/// <summary>Fetches that wait at the leader for records or a higher high watermark, in order of arrival. Raft loop only.</summary>
internal sealed class ParkedFetches
{
    private readonly List<ParkedFetch> _parked = [];

    /// <summary>When the next one must be answered; <see cref="long.MaxValue"/> when none waits.</summary>
    public long NextDeadline => _parked.Count == 0 ? long.MaxValue : _parked.Min(fetch => fetch.Deadline);

    public void Park(long requestId, FetchCall call, long deadline) => _parked.Add(new(requestId, call, deadline));

    /// <summary>Takes out those that <paramref name="which"/> selects.</summary>
    public IReadOnlyList<ParkedFetch> Take(Func<ParkedFetch, bool> which)
    {
        if (_parked.Count == 0)
            return [];
        var taken = _parked.Where(which).ToArray();
        if (taken.Length > 0)
            _parked.RemoveAll(fetch => taken.Contains(fetch));
        return taken;
    }
}

/// <summary>A fetch that waits.</summary>
internal sealed record ParkedFetch(long RequestId, FetchCall Call, long Deadline);
