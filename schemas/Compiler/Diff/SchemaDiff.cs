using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Diff;

/// <summary>
/// Compares schemas with Kafka's definitions: name, order, type, versions, nullable, default, tag, key, ignorable, entity, flexible, listeners. Ranges are compared
/// within the valid versions of the message.
/// </summary>
internal sealed class SchemaDiff
{
    private readonly List<string> differences = [];

    private SchemaDiff()
    {
    }

    /// <summary>Every difference, a line each; none when schemas and definitions say the same.</summary>
    public static IReadOnlyList<string> Compare(SchemaSet set, IEnumerable<ReferenceMessage> definitions)
    {
        var diff = new SchemaDiff();
        var ours = set.Messages.ToDictionary(message => message.Name, StringComparer.Ordinal);
        foreach (ReferenceMessage definition in definitions.OrderBy(definition => definition.Name, StringComparer.Ordinal))
        {
            bool known = ours.Remove(definition.Name, out Message? message);
            if (definition.Versions.IsEmpty)
            {
                diff.Expect(definition.Name, "existence", known ? "a schema" : "none", "none");
            }
            else if (message is null)
            {
                diff.Expect(definition.Name, "existence", "none", "a definition");
            }
            else
            {
                diff.Compare(message, definition, set.Errors?.Name);
            }
        }

        foreach (string name in ours.Keys.Order(StringComparer.Ordinal))
        {
            diff.Expect(name, "existence", "a schema", "none");
        }

        return diff.differences;
    }

    private void Compare(Message message, ReferenceMessage definition, string? errorType)
    {
        string name = message.Name;
        Expect(name, "kind", Kind(message), definition.Type);
        Expect(name, "number", $"{message.Key}", $"{definition.Number}");
        Expect(name, "versions", $"{message.Versions}", $"{definition.Versions}");
        Expect(name, "flexible", $"{message.Flexible}", $"{definition.Flexible.Intersect(definition.Versions)}");
        if (message.Block == "request")
        {
            Expect(name, "listeners", string.Join(' ', message.Words("serves").Order(StringComparer.Ordinal)), string.Join(' ', definition.Listeners));
            string unstable = definition.LatestIsUnstable ? $"{definition.Versions.High}" : "none";
            Expect(name, "unstable", message.Range("unstable") is { } range ? $"{range.Low}" : "none", unstable);
        }

        VersionRange valid = definition.Versions.Intersect(message.Versions);
        new FieldDiff(this, definition, errorType).Compare(name, message.Root.Fields, valid, definition.Fields, valid);
    }

    private static string Kind(Message message) => (message.Kind, message.Block) switch
    {
        (MessageKind.Api, var block) => block,
        (MessageKind.Coordinator, var block) => "coordinator-" + block,
        (MessageKind.RemoteLogMetadata, _) => "metadata",
        _ => message.Kind.ToString().ToLowerInvariant(),
    };

    /// <summary>Notes a difference, if there is one.</summary>
    internal void Expect(string where, string aspect, string ours, string theirs)
    {
        if (ours != theirs)
        {
            differences.Add($"{where}: {aspect} is {(ours.Length == 0 ? "nothing" : ours)}, the definition says {(theirs.Length == 0 ? "nothing" : theirs)}");
        }
    }
}
