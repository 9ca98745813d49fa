using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Client.Producing;

/// <summary>How a producer behaves. Names, defaults and meaning are those of Kafka's producer configuration.</summary>
public sealed record ProducerOptions
{
    /// <summary><c>acks</c>: -1 all in-sync replicas, 1 the leader, 0 nobody.</summary>
    public short Acks { get; init; } = -1;

    /// <summary><c>enable.idempotence</c>: no record is stored twice or out of order, whatever is tried again (KIP-98).</summary>
    public bool IsIdempotent { get; init; } = true;

    /// <summary><c>batch.size</c> in bytes.</summary>
    public int BatchSize { get; init; } = 16_384;

    /// <summary><c>linger.ms</c>: how long a batch waits for more.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary><c>max.request.size</c> in bytes; also the limit of one record.</summary>
    public int MaximumRequestSize { get; init; } = 1_048_576;

    /// <summary><c>buffer.memory</c> in bytes: who sends more waits.</summary>
    public long BufferMemory { get; init; } = 33_554_432;

    /// <summary><c>max.block.ms</c>: how long a send may wait for metadata and memory.</summary>
    public TimeSpan MaximumBlock { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary><c>delivery.timeout.ms</c>: how long a record may take in all.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary><c>max.in.flight.requests.per.connection</c>.</summary>
    public int MaximumInFlight { get; init; } = 5;

    /// <summary><c>retries</c>.</summary>
    public int Retries { get; init; } = int.MaxValue;

    /// <summary><c>compression.type</c>.</summary>
    public CompressionType Compression { get; init; }

    /// <summary><c>compression.&lt;type&gt;.level</c>; null for the codec's own.</summary>
    public int? CompressionLevel { get; init; }

    /// <summary><c>partitioner.ignore.keys</c>: keys do not choose partitions.</summary>
    public bool IgnoresKeys { get; init; }

    /// <summary>Whether records without a partition go round (<c>RoundRobinPartitioner</c>) instead of staying with one until a batch is full (KIP-794).</summary>
    public bool GoesRound { get; init; }

    /// <summary>Reads them from client properties.</summary>
    /// <exception cref="ClientConfigurationException">A value cannot be used, or two contradict each other.</exception>
    public static ProducerOptions Parse(ClientProperties properties)
    {
        var acks = properties.GetString("acks", "all").Trim() switch
        {
            "all" or "-1" => (short)-1,
            "1" => (short)1,
            "0" => (short)0,
            var other => throw ClientConfigurationException.Invalid("acks", other, "String must be one of: all, -1, 0, 1"),
        };
        var compression = properties.GetChoice("compression.type", "none", "none", "gzip", "snappy", "lz4", "zstd");
        var options = new ProducerOptions
        {
            Acks = acks,
            BatchSize = properties.GetInt32("batch.size", 16_384, 0),
            Linger = properties.GetMilliseconds("linger.ms", 5),
            MaximumRequestSize = properties.GetInt32("max.request.size", 1_048_576, 0),
            BufferMemory = properties.GetInt64("buffer.memory", 33_554_432, 0),
            MaximumBlock = properties.GetMilliseconds("max.block.ms", 60_000),
            DeliveryTimeout = properties.GetMilliseconds("delivery.timeout.ms", 120_000),
            MaximumInFlight = properties.GetInt32("max.in.flight.requests.per.connection", 5, 1),
            Retries = properties.GetInt32("retries", int.MaxValue, 0),
            Compression = Enum.Parse<CompressionType>(compression, ignoreCase: true),
            CompressionLevel = properties.Find($"compression.{compression}.level") is null ? null : properties.GetInt32($"compression.{compression}.level", 0),
            IgnoresKeys = properties.GetBoolean("partitioner.ignore.keys", false),
            GoesRound = GoesRoundBy(properties),
        };
        return options with { IsIdempotent = Idempotence(properties, options) };
    }

    // On by default, but for settings that contradict it (KIP-679); what contradicts an explicit true is an error.
    private static bool Idempotence(ClientProperties properties, ProducerOptions options)
    {
        var conflict = options.Acks != -1
            ? "Must set acks to all in order to use the idempotent producer."
            : options.Retries == 0
                ? "Must set retries to non-zero when using the idempotent producer."
                : options.MaximumInFlight > 5
                    ? "Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer."
                    : null;
        if (properties.Find("enable.idempotence") is null)
        {
            return conflict is null;
        }

        var wanted = properties.GetBoolean("enable.idempotence", true);
        return !wanted || conflict is null ? wanted : throw new ClientConfigurationException(conflict);
    }

    private static bool GoesRoundBy(ClientProperties properties) => properties.Find("partitioner.class") switch
    {
        null or "" => false,
        "org.apache.kafka.clients.producer.RoundRobinPartitioner" => true,
        var other => throw ClientConfigurationException.Invalid("partitioner.class", other, "Only org.apache.kafka.clients.producer.RoundRobinPartitioner is known"),
    };
}
