namespace Kafka.Modular.Cli.Frame;

/// <summary>A tool cannot do what it was asked for; its message goes to standard error and it ends with exit code 1.</summary>
internal sealed class ToolException(string message, Exception? inner = null) : Exception(message, inner);
