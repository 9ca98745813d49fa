namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>One thing that is wrong with a schema, and where.</summary>
internal sealed record Diagnostic(SourcePosition Position, string Message)
{
    /// <summary>MSBuild's canonical error form.</summary>
    public override string ToString() => $"{Position}: error KSC: {Message}";
}

/// <summary>Collects what is wrong, so that one run reports everything.</summary>
internal sealed class Diagnostics
{
    private readonly List<Diagnostic> all = [];

    /// <summary>Everything reported so far, in order of discovery.</summary>
    public IReadOnlyList<Diagnostic> All => all;

    /// <summary>True when something was reported.</summary>
    public bool Any => all.Count > 0;

    /// <summary>Reports one error.</summary>
    public void Report(SourcePosition position, string message) => all.Add(new Diagnostic(position, message));
}
