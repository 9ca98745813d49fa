using System.Globalization;

namespace Kafka.Modular.Bench.Report;

/// <summary>What a process has used, from /proc.</summary>
/// <param name="CpuSeconds">Processor time, user and system.</param>
/// <param name="ResidentBytes">Resident memory.</param>
internal readonly record struct ProcessUsage(double CpuSeconds, long ResidentBytes)
{
    private const double TicksPerSecond = 100;
    private const int UserTime = 11;
    private const int SystemTime = 12;
    private const int KibiBytes = 1024;

    public static ProcessUsage Read(int? pid)
    {
        if (pid is not { } id)
            return new ProcessUsage(double.NaN, -1);
        // The name in parentheses may hold spaces.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[UserTime], CultureInfo.InvariantCulture) + long.Parse(fields[SystemTime], CultureInfo.InvariantCulture);
        var resident = File.ReadLines($"/proc/{id}/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return new ProcessUsage(
            ticks / TicksPerSecond, long.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * KibiBytes);
    }
}
