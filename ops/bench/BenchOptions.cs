using System.Globalization;

namespace Kafka.Modular.Bench;

/// <summary>What is measured and how.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        usage: kafka-modular-bench --broker HOST:PORT --pid PID [--directory DIR] [--json FILE] [--quick] [--broker-cpus LIST]

          --broker HOST:PORT   the broker; it has to answer without TLS and SASL
          --pid PID            its process, for processor time and resident memory
          --directory DIR      where the bare sink and source keep their file; the file system of the broker's logs
          --broker-cpus LIST   processors of the broker, on which the bare sink and source run too (taskset -c LIST)
          --json FILE          write the results there as well
          --quick              less than a minute: fewer combinations, shorter
          --only WORD          only results whose kind begins so: limits, produce, consume or latency
        """;

    public string Host { get; init; } = "localhost";

    public int Port { get; init; } = 9092;

    public int? Pid { get; init; }

    public string Directory { get; init; } = Path.GetTempPath();

    public string? Json { get; init; }

    public bool IsQuick { get; init; }

    public string? BrokerCpus { get; init; }

    public string Only { get; init; } = "";

    /// <summary>Longest time of one throughput measurement.</summary>
    public TimeSpan Duration => IsQuick ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(8);

    /// <summary>Time of one latency measurement.</summary>
    public TimeSpan LatencyDuration => IsQuick ? TimeSpan.FromSeconds(4) : TimeSpan.FromSeconds(20);

    /// <summary>Most bytes that one measurement writes, so that the page cache holds them and the disk is not what is measured.</summary>
    public long MaximumBytes => IsQuick ? 1L << 30 : 3L << 30;

    public bool Wants(string kind) => kind.StartsWith(Only, StringComparison.Ordinal);

    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var index = 0; index < args.Length; index++)
        {
            options = args[index] switch
            {
                "--quick" => options with { IsQuick = true },
                "--broker" => WithBroker(options, Next(args, ref index)),
                "--pid" => options with { Pid = int.Parse(Next(args, ref index), CultureInfo.InvariantCulture) },
                "--directory" => options with { Directory = Next(args, ref index) },
                "--json" => options with { Json = Next(args, ref index) },
                "--broker-cpus" => options with { BrokerCpus = Next(args, ref index) },
                "--only" => options with { Only = Next(args, ref index) },
                var other => throw new FormatException($"{other} is not known"),
            };
        }

        return options;
    }

    private static string Next(string[] args, ref int index) => ++index < args.Length ? args[index] : throw new FormatException($"{args[index - 1]} wants a value");

    private static BenchOptions WithBroker(BenchOptions options, string address)
    {
        var colon = address.LastIndexOf(':');
        return options with { Host = address[..colon].Trim('[', ']'), Port = int.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture) };
    }
}
