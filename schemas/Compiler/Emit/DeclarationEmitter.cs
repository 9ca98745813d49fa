using System.Globalization;
using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>Writes declared types, error codes and api keys.</summary>
internal static class DeclarationEmitter
{
    private const string Namespace = "Kafka.Modular.Protocol";

    /// <summary>The readonly record structs of declared types. Names that are strings stay strings: wrapping them would allocate nothing away.</summary>
    public static string EmitTypes(SchemaSet set)
    {
        var code = new CodeWriter(Namespace, "System.Globalization");
        foreach (TypeNode type in set.Types.Where(type => type.Primitive != "string").OrderBy(type => type.Name, StringComparer.Ordinal))
        {
            string primitive = type.Primitive switch { "int16" => "short", "int32" => "int", _ => "long" };
            code.Summary(type.Doc ?? $"{type.Name}: an {type.Primitive} with a meaning.");
            code.Open($"public readonly record struct {type.Name}({primitive} Value) : System.IComparable<{type.Name}>");
            code.Line($"public static implicit operator {primitive}({type.Name} value) => value.Value;");
            code.Line($"public static explicit operator {type.Name}({primitive} value) => new(value);");
            code.Line($"public int CompareTo({type.Name} other) => Value.CompareTo(other.Value);");
            code.Line("public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);");
            code.Close();
            code.Line();
        }

        return code.ToString();
    }

    /// <summary>The enum of error codes and what is known about each.</summary>
    public static string EmitErrors(ErrorsNode errors)
    {
        var code = new CodeWriter(Namespace);
        code.Summary(errors.Doc);
        code.Open($"public enum {errors.Name} : short");
        foreach (ErrorNode error in errors.Codes)
        {
            code.Summary(error.Doc ?? error.Name);
            code.Line(string.Create(CultureInfo.InvariantCulture, $"{Pascal(error.Name)} = {error.Code},"));
        }

        code.Close();
        code.Line();
        code.Open($"public static partial class {errors.Name}s");
        code.Line($"private static {errors.Name}Info[] CreateAll() =>");
        code.Line("[");
        foreach (ErrorNode error in errors.Codes.OrderBy(error => error.Code))
        {
            string doc = (error.Doc ?? error.Name).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            code.Line($"    new({errors.Name}.{Pascal(error.Name)}, \"{error.Name}\", {Bool(error.Retriable)}, {Bool(error.InvalidatesMetadata)}, \"{doc}\"),");
        }

        code.Line("];");
        code.Close();
        return code.ToString();
    }

    /// <summary>The enum of api keys.</summary>
    public static string EmitApiKeys(SchemaSet set)
    {
        var code = new CodeWriter(Namespace);
        code.Summary("The number of an API, first field of every request.");
        code.Open("public enum ApiKey : short");
        foreach (MessageNode api in set.Messages.Select(message => message.Node).Where(node => node.Kind == MessageKind.Api).Distinct().OrderBy(node => node.Key))
        {
            code.Summary(api.Doc ?? api.Name);
            code.Line(string.Create(CultureInfo.InvariantCulture, $"{api.Name} = {api.Key},"));
        }

        code.Close();
        return code.ToString();
    }

    /// <summary>UNKNOWN_TOPIC_OR_PARTITION becomes UnknownTopicOrPartition.</summary>
    public static string Pascal(string name) =>
        string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));

    private static string Bool(bool value) => value ? "true" : "false";
}
