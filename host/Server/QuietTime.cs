namespace Kafka.Modular.Server;

/// <summary>Tells when requests have been rare for a minute, and again 40 seconds later, after each busy time. Pure; one thread.</summary>
internal sealed class QuietTime
{
    /// <summary>How many observations in a row make a quiet time; they come every ten seconds.</summary>
    private const int QuietObservations = 6;

    /// <summary>The same for the second time: for a while after a busy time the runtime goes on compiling what was hot in it.</summary>
    private const int LaterObservations = 10;

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

        // The count stops past the last mark, so that a long quiet time is told twice and no more.
        return _quiet <= LaterObservations && ++_quiet is QuietObservations or LaterObservations;
    }
}
