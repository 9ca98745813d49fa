using System.Globalization;

namespace Kafka.Modular.Cli.Performance;

/// <summary>Counts what a producer sent, and prints it as Kafka's <c>ProducerPerformance</c> does. Safe to use from any thread.</summary>
internal sealed class SendStatistics
{
    private const int Samples = 500_000;
    private const double Mebi = 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly TextWriter _out;
    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly bool _isSteady;
    private readonly int[] _latencies;
    private readonly long _sampling;
    private readonly long _started;
    private int _sampled;
    private long _count;
    private long _bytes;
    private long _latency;
    private int _maximum;
    private long _windowStarted;
    private long _windowCount;
    private long _windowBytes;
    private long _windowLatency;
    private int _windowMaximum;
    private bool _isSilent;

    /// <summary>Begins to count.</summary>
    /// <param name="records">How many records will come.</param>
    /// <param name="interval">Milliseconds between two lines.</param>
    /// <param name="isSteady">Whether it counts what follows the warm-up.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="time">The clock.</param>
    public SendStatistics(long records, long interval, bool isSteady, TextWriter output, TimeProvider time)
    {
        _out = output;
        _time = time;
        _interval = interval;
        _isSteady = isSteady;
        _sampling = Math.Max(1, records / Math.Max(1, Math.Min(records, Samples)));
        _latencies = new int[(records / _sampling) + 1];
        _started = Now;
        _windowStarted = _started;
    }

    /// <summary>Milliseconds on the clock of the statistics.</summary>
    public long Now => (long)_time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Records that were counted.</summary>
    public long Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Bytes that were counted.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
                return _bytes;
        }
    }

    /// <summary>Counts a record that was acknowledged.</summary>
    /// <param name="sentAt">When it was sent, on <see cref="Now"/>.</param>
    /// <param name="bytes">Its size.</param>
    public void Add(long sentAt, int bytes)
    {
        var now = Now;
        lock (_lock)
        {
            var latency = (int)(now - sentAt);
            if (_count % _sampling == 0 && _sampled < _latencies.Length)
                _latencies[_sampled++] = latency;
            _count++;
            _bytes += bytes;
            _latency += latency;
            _maximum = Math.Max(_maximum, latency);
            _windowCount++;
            _windowBytes += bytes;
            _windowLatency += latency;
            _windowMaximum = Math.Max(_windowMaximum, latency);
            if (now - _windowStarted >= _interval)
                EndWindow(now);
        }
    }

    /// <summary>Ends the lines of progress.</summary>
    public void Silence()
    {
        lock (_lock)
            _isSilent = true;
    }

    /// <summary>Prints the whole.</summary>
    public void WriteTotal()
    {
        lock (_lock)
        {
            double elapsed = Math.Max(1, Now - _started);
            var sorted = _latencies.AsSpan(0, _sampled);
            sorted.Sort();
            _out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_count}{(_isSteady ? " steady state" : "")} records sent, {1000.0 * _count / elapsed:F6} records/sec ({1000.0 * _bytes / elapsed / Mebi:F2} MB/sec), {Average(_latency, _count):F2} ms avg latency, {(double)_maximum:F2} ms max latency, {At(0.5)} ms 50th, {At(0.95)} ms 95th, {At(0.99)} ms 99th, {At(0.999)} ms 99.9th."));
        }

        int At(double share) => _sampled == 0 ? 0 : _latencies[Math.Min(_sampled - 1, (int)(share * _sampled))];
    }

    private static double Average(long sum, long count) => count == 0 ? 0 : sum / (double)count;

    private void EndWindow(long now)
    {
        if (_isSteady && _count == _windowCount)
            _out.WriteLine("In steady state.");
        if (!_isSilent)
        {
            double elapsed = now - _windowStarted;
            _out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_windowCount} records sent, {1000.0 * _windowCount / elapsed:F1} records/sec ({1000.0 * _windowBytes / elapsed / Mebi:F2} MB/sec), {Average(_windowLatency, _windowCount):F1} ms avg latency, {(double)_windowMaximum:F1} ms max latency."));
            _out.Flush();
        }

        _windowStarted = now;
        (_windowCount, _windowBytes, _windowLatency, _windowMaximum) = (0, 0, 0, 0);
    }
}
