using System.Globalization;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>What a broker's process holds.</summary>
internal static class ProcessMemory
{
    /// <summary>Its resident memory in bytes.</summary>
    public static long ResidentBytes(this BrokerProcess broker)
    {
        string line = File.ReadLines($"/proc/{broker.Process.Id}/status").First(static text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).TrimStart().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
