namespace Kafka.Modular.Configuration.Keys;

/// <summary>Units of time in the names of keys that say the same thing: <c>log.retention.hours</c>, <c>.minutes</c>, <c>.ms</c>.</summary>
public static class TimeUnits
{
    /// <summary>By how much a value of one key must be multiplied to be a value of another.</summary>
    public static long Factor(string from, string to)
    {
        long source = Milliseconds(from), target = Milliseconds(to);
        return source == 0 || target == 0 ? 1 : source / target;
    }

    private static long Milliseconds(string name) => name[(name.LastIndexOf('.') + 1)..] switch
    {
        "ms" => 1,
        "minutes" => 60_000,
        "hours" => 3_600_000,
        _ => 0,
    };
}
