namespace Kafka.Modular.LogStorage.Segments;

/// <summary>
/// A <see cref="LogPosition"/> that one thread at a time writes (it holds the log's lock) and any thread reads, without allocating or waiting.
/// </summary>
internal sealed class LogPositionCell
{
    private LogPosition _value;
    private int _version;

    public LogPosition Value
    {
        get
        {
            SpinWait spin = default;
            while (true)
            {
                var before = Volatile.Read(ref _version);
                if ((before & 1) == 0)
                {
                    var value = _value;
                    Interlocked.MemoryBarrier();
                    if (Volatile.Read(ref _version) == before)
                        return value;
                }

                spin.SpinOnce();
            }
        }
    }

    public long Offset => Value.Offset;

    public void Set(in LogPosition value)
    {
        Volatile.Write(ref _version, _version + 1);
        Interlocked.MemoryBarrier();
        _value = value;
        Volatile.Write(ref _version, _version + 1);
    }
}
