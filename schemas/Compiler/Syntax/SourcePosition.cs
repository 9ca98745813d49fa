namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>A place in a schema file; line and column count from 1.</summary>
internal readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>The form that editors and MSBuild turn into a link.</summary>
    public override string ToString() => $"{File}({Line},{Column})";
}
