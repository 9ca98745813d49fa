namespace Kafka.Modular.Cli.Frame;

/// <summary>The command line of a tool is wrong: its message and the tool's usage go to standard error, and it ends with exit code 1, as Kafka's do.</summary>
internal sealed class UsageException(string message) : Exception(message);
