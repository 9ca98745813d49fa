using Kafka.Modular.Client.Settings;
using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Client.Consuming;

/// <summary>How a consumer behaves. Names, defaults and meaning are those of Kafka's consumer configuration.</summary>
public sealed record ConsumerOptions
{
    /// <summary><c>group.id</c>; null for a consumer without a group.</summary>
    public string? GroupId { get; init; }

    /// <summary><c>group.instance.id</c>: a static member (KIP-345).</summary>
    public string? GroupInstanceId { get; init; }

    /// <summary><c>partition.assignment.strategy</c>, the preferred first, by the names in the protocol: range, roundrobin.</summary>
    public IReadOnlyList<string> Assignors { get; init; } = ["range"];

    /// <summary><c>session.timeout.ms</c>.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary><c>heartbeat.interval.ms</c>.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary><c>max.poll.interval.ms</c>: who does not poll for so long leaves the group.</summary>
    public TimeSpan MaximumPollInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>max.poll.records</c>.</summary>
    public int MaximumPollRecords { get; init; } = 500;

    /// <summary><c>enable.auto.commit</c>; never without a group.</summary>
    public bool CommitsByItself { get; init; } = true;

    /// <summary><c>auto.commit.interval.ms</c>.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><c>auto.offset.reset</c>.</summary>
    public OffsetReset Reset { get; init; } = OffsetReset.Latest;

    /// <summary>How far back <see cref="OffsetReset.ByDuration"/> goes (KIP-1106).</summary>
    public TimeSpan ResetDuration { get; init; }

    /// <summary><c>isolation.level</c>: whether records of open and aborted transactions are left out.</summary>
    public bool ReadsCommitted { get; init; }

    /// <summary><c>fetch.min.bytes</c>.</summary>
    public int FetchMinimumBytes { get; init; } = 1;

    /// <summary><c>fetch.max.bytes</c>.</summary>
    public int FetchMaximumBytes { get; init; } = 52_428_800;

    /// <summary><c>fetch.max.wait.ms</c>.</summary>
    public TimeSpan FetchMaximumWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary><c>max.partition.fetch.bytes</c>.</summary>
    public int PartitionMaximumBytes { get; init; } = 1_048_576;

    /// <summary><c>check.crcs</c>.</summary>
    public bool ChecksCrcs { get; init; } = true;

    /// <summary><c>exclude.internal.topics</c>: a pattern does not match topics of the cluster itself.</summary>
    public bool ExcludesInternalTopics { get; init; } = true;

    /// <summary><c>client.rack</c>.</summary>
    public string Rack { get; init; } = "";

    /// <summary>Reads them from client properties.</summary>
    /// <exception cref="ClientConfigurationException">A value cannot be used.</exception>
    public static ConsumerOptions Parse(ClientProperties properties)
    {
        properties.GetChoice("group.protocol", "classic", "classic");
        var groupId = properties.Find("group.id");
        var options = new ConsumerOptions
        {
            GroupId = string.IsNullOrEmpty(groupId) ? null : groupId,
            GroupInstanceId = properties.Find("group.instance.id"),
            Assignors = AssignorsOf(properties),
            SessionTimeout = properties.GetMilliseconds("session.timeout.ms", 45_000),
            HeartbeatInterval = properties.GetMilliseconds("heartbeat.interval.ms", 3000, 1),
            MaximumPollInterval = properties.GetMilliseconds("max.poll.interval.ms", 300_000, 1),
            MaximumPollRecords = properties.GetInt32("max.poll.records", 500, 1),
            CommitsByItself = !string.IsNullOrEmpty(groupId) && properties.GetBoolean("enable.auto.commit", true),
            CommitInterval = properties.GetMilliseconds("auto.commit.interval.ms", 5000),
            ReadsCommitted = properties.GetChoice("isolation.level", "read_uncommitted", "read_uncommitted", "read_committed") == "read_committed",
            FetchMinimumBytes = properties.GetInt32("fetch.min.bytes", 1, 0),
            FetchMaximumBytes = properties.GetInt32("fetch.max.bytes", 52_428_800, 0),
            FetchMaximumWait = properties.GetMilliseconds("fetch.max.wait.ms", 500),
            PartitionMaximumBytes = properties.GetInt32("max.partition.fetch.bytes", 1_048_576, 0),
            ChecksCrcs = properties.GetBoolean("check.crcs", true),
            ExcludesInternalTopics = properties.GetBoolean("exclude.internal.topics", true),
            Rack = properties.GetString("client.rack", ""),
        };
        return WithReset(options, properties.GetString("auto.offset.reset", "latest").Trim());
    }

    private static ConsumerOptions WithReset(ConsumerOptions options, string reset)
    {
        const string byDuration = "by_duration:";
        if (reset.StartsWith(byDuration, StringComparison.OrdinalIgnoreCase))
        {
            return Iso8601Duration.TryParse(reset[byDuration.Length..], out var duration) && duration >= TimeSpan.Zero
                ? options with { Reset = OffsetReset.ByDuration, ResetDuration = duration }
                : throw ClientConfigurationException.Invalid("auto.offset.reset", reset, "by_duration: is followed by an ISO 8601 duration that is not negative");
        }

        return options with
        {
            Reset = reset.ToUpperInvariant() switch
            {
                "LATEST" => OffsetReset.Latest,
                "EARLIEST" => OffsetReset.Earliest,
                "NONE" => OffsetReset.None,
                _ => throw ClientConfigurationException.Invalid("auto.offset.reset", reset, "String must be one of: latest, earliest, none, by_duration:PnDTnHnMn.nS"),
            },
        };
    }

    private static List<string> AssignorsOf(ClientProperties properties)
    {
        var names = properties.GetList("partition.assignment.strategy");
        var assignors = new List<string>();
        foreach (var name in names)
        {
            assignors.Add(name switch
            {
                "range" or "org.apache.kafka.clients.consumer.RangeAssignor" => "range",
                "roundrobin" or "org.apache.kafka.clients.consumer.RoundRobinAssignor" => "roundrobin",

                // Kafka's default list names it as the second, for groups that change over to it; the first one serves until then.
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor" when names.Count > 1 => "",
                _ => throw ClientConfigurationException.Invalid("partition.assignment.strategy", name, "the range and round-robin assignors are known"),
            });
        }

        assignors.RemoveAll(static name => name.Length == 0);
        return assignors.Count > 0 ? assignors : ["range"];
    }
}
