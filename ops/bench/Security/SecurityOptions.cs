namespace Kafka.Modular.Bench.Security;

/// <summary>How the ratios are measured.</summary>
internal sealed record SecurityOptions
{
    public const string Usage =
        """
        usage: kafka-modular-bench security --published DIR [--broker-cpus LIST] [--json FILE] [--quick] [--only WORD]

          --published DIR      what ops/packaging/publish made
          --broker-cpus LIST   processors of the brokers (taskset -c LIST)
          --json FILE          write the results there as well
          --quick              half a minute: fewer repetitions, shorter
          --only WORD          only groups whose name begins so: logins, tls or acls
        """;

    public string Published { get; init; } = "";

    public string BrokerCpus { get; init; } = "0";

    public string? Json { get; init; }

    public bool IsQuick { get; init; }

    public string Only { get; init; } = "";

    public int Repetitions => IsQuick ? 3 : 5;

    /// <summary>Of one measurement; its first quarter is not counted.</summary>
    public TimeSpan Duration => IsQuick ? TimeSpan.FromSeconds(0.6) : TimeSpan.FromSeconds(1.6);

    /// <summary>Of a broker that has not done anything yet.</summary>
    public TimeSpan WarmUp => IsQuick ? TimeSpan.FromSeconds(1.5) : TimeSpan.FromSeconds(4);

    /// <exception cref="FormatException">The command line is wrong.</exception>
    public static SecurityOptions Parse(string[] args)
    {
        var options = new SecurityOptions();
        for (var index = 0; index < args.Length; index++)
        {
            options = args[index] switch
            {
                "--quick" => options with { IsQuick = true },
                "--published" => options with { Published = Path.GetFullPath(Next(args, ref index)) },
                "--broker-cpus" => options with { BrokerCpus = Next(args, ref index) },
                "--json" => options with { Json = Next(args, ref index) },
                "--only" => options with { Only = Next(args, ref index) },
                var other => throw new FormatException($"{other} is not known"),
            };
        }

        return options.Published.Length > 0 ? options : throw new FormatException("--published is missing");
    }

    private static string Next(string[] args, ref int index) => ++index < args.Length ? args[index] : throw new FormatException($"{args[index - 1]} wants a value");
}
