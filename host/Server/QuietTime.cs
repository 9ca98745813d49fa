namespace Kafka.Modular.Server;

/// <summary>Tells when requests have been rare for a minute, once after each busy time. Pure; one thread.</summary>
internal sealed class QuietTime
{
    /// <summary>How many observations in a row make a quiet time; they come every ten seconds.</summary>
    private const int QuietObservations = 6;

    /// <summary>Requests between two observations that idle clients send: polls, heartbeats, metadata.</summary>
    private const long RareRequests = 200;

    private long _last;
    private int _quiet;

    /// <summary>Takes the number of requests so far; true when memory should be given back now.</summary>
    public bool Observe(long requests)
    {
        var isRare = requests - _last <= RareRequests;
        _last = requests;
        if (!isRare)
        {
            _quiet = 0;
            return false;
        }

        // The count goes on past the mark, so that a long quiet time is told once.
        return _quiet <= QuietObservations && ++_quiet == QuietObservations;
    }
}
