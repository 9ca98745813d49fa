namespace Kafka.Modular.Cli.Frame;

/// <summary>One run of a tool.</summary>
/// <param name="Sheet">What the table says of the tool.</param>
/// <param name="Options">Its command line.</param>
/// <param name="Console">Its streams.</param>
/// <param name="Stopping">Canceled when the process is told to end (SIGINT, SIGTERM).</param>
internal sealed record ToolCall(ToolSheet Sheet, ToolOptions Options, ToolConsole Console, CancellationToken Stopping)
{
    /// <summary>Standard output.</summary>
    public TextWriter Out => Console.Out;
}
