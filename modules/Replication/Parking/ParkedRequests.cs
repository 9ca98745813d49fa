namespace Kafka.Modular.Replication.Parking;

/// <summary>The requests that wait for one partition. Any thread.</summary>
public sealed class ParkedRequests
{
    /// <summary>How many ended requests may be kept before they are swept out.</summary>
    private const int SweepAbove = 32;

    private readonly Lock _lock = new();
    private List<ParkedRequest> _waiting = [];
    private int _sweepAt = SweepAbove;

    /// <summary>How many are kept; some of them may have ended.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Adds one. The caller checks it once more afterwards: what it waits for may have come meanwhile.</summary>
    public void Add(ParkedRequest request)
    {
        lock (_lock)
        {
            if (_waiting.Count >= _sweepAt)
            {
                _waiting.RemoveAll(static each => each.HasEnded);
                _sweepAt = Math.Max(SweepAbove, _waiting.Count * 2);
            }

            _waiting.Add(request);
        }
    }

    /// <summary>Looks at each again. Must be called with no lock held.</summary>
    public void CheckAll()
    {
        List<ParkedRequest> taken;
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                return;
            }

            (taken, _waiting) = (_waiting, []);
        }

        taken.RemoveAll(static request => request.Check());
        if (taken.Count > 0)
        {
            lock (_lock)
            {
                _waiting.AddRange(taken);
            }

            // What moved the partition while they were out of the list did not see them.
            foreach (var request in taken)
            {
                request.Check();
            }
        }
    }

    /// <summary>Ends them all: the partition is led elsewhere or gone.</summary>
    public void EndAll()
    {
        List<ParkedRequest> taken;
        lock (_lock)
        {
            (taken, _waiting) = (_waiting, []);
        }

        taken.ForEach(static request => request.End());
    }
}
