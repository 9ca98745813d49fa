namespace Kafka.Modular.Cli.Frame;

/// <summary>What becomes of a flag of one of Kafka's tools.</summary>
internal enum FlagStatus
{
    /// <summary>It does what Kafka's does.</summary>
    Served,

    /// <summary>It is an older name for another flag, and works with a warning.</summary>
    Old,

    /// <summary>The tool ends with exit code 1 and the reason.</summary>
    Refused,
}
