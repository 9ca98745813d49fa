namespace Kafka.Modular.Configuration.Keys;

/// <summary>Something wrong in a configuration schema.</summary>
/// <param name="File">File, or a name that stands for it.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Message">What is wrong.</param>
public sealed record KeySchemaError(string File, int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}({Line},{Column}): error: {Message}";
}
