using System.Globalization;
using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Diff;

/// <summary>Compares the fields of one message, struct by struct; shared structs are compared wherever they are used.</summary>
internal sealed class FieldDiff(SchemaDiff diff, ReferenceMessage definition, string? errorType)
{
    /// <summary>Compares two lists of fields that are there in the given versions.</summary>
    public void Compare(string where, IReadOnlyList<Field> ours, VersionRange versions, IReadOnlyList<ReferenceField> theirs, VersionRange theirVersions)
    {
        List<Field> present = [.. ours.Where(field => !field.Versions.Intersect(versions).IsEmpty)];
        List<ReferenceField> wanted = [.. theirs.Where(field => !field.Versions.Intersect(theirVersions).IsEmpty)];
        // Order matters only between fields both have: what one lacks is reported by itself.
        var common = present.Select(field => field.Name).Intersect(wanted.Select(field => field.Name), StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        diff.Expect(
            where,
            "order",
            string.Join(' ', present.Select(field => field.Name).Where(common.Contains)),
            string.Join(' ', wanted.Select(field => field.Name).Where(common.Contains)));
        foreach (Field extra in present.Where(field => !common.Contains(field.Name)))
        {
            diff.Expect($"{where}.{extra.Name}", "existence", "a field", "none");
        }

        foreach (ReferenceField field in wanted)
        {
            if (present.Find(candidate => candidate.Name == field.Name) is { } mine)
            {
                Compare($"{where}.{field.Name}", mine, mine.Versions.Intersect(versions), field, field.Versions.Intersect(theirVersions));
            }
            else
            {
                diff.Expect($"{where}.{field.Name}", "existence", "none", "a field");
            }
        }
    }

    private void Compare(string where, Field ours, VersionRange versions, ReferenceField theirs, VersionRange theirVersions)
    {
        diff.Expect(where, "type", TypeName(ours), (theirs.IsList ? "[]" : "") + theirs.Type);
        diff.Expect(where, "versions", $"{versions}", $"{theirVersions}");
        diff.Expect(where, "nullable", $"{ours.Nullable.Intersect(versions)}", $"{theirs.Nullable.Intersect(theirVersions)}");
        diff.Expect(where, "default", Default(ours), Default(ours, theirs));
        diff.Expect(where, "tag", ours.Tag is null ? "none" : $"{ours.Tag} in {versions}", Tag(theirs, theirVersions));
        diff.Expect(where, "key", $"{ours.Node.IsKey}", $"{theirs.IsKey}");
        diff.Expect(where, "ignorable", $"{ours.IsLossy}", $"{theirs.IsIgnorable}");
        diff.Expect(where, "zero copy", $"{ours.Node.IsSlice}", $"{theirs.IsZeroCopy}");
        diff.Expect(where, "entity", Entity(ours), theirs.Entity ?? "none");
        diff.Expect(where, "flexible", ours.Node.IsInflexible ? "none" : "as the message", theirs.Flexible ?? "as the message");
        if (ours.Struct is null)
        {
            return;
        }

        bool shared = definition.Structs.TryGetValue(theirs.Type, out ReferenceStruct? node);
        diff.Expect(where, "sharing", ours.Struct.IsShared ? "shared" : "inline", shared ? "shared" : "inline");
        Compare(
            where,
            ours.Struct.Fields,
            versions.Intersect(ours.Struct.Versions),
            shared ? node!.Fields : theirs.Fields,
            shared ? theirVersions.Intersect(node!.Versions) : theirVersions);
    }

    private static string TypeName(Field field)
    {
        string name = field.Wire == WireType.Struct ? field.Node.Type.Name : field.Wire.ToString().ToLowerInvariant();
        return (field.IsList ? "[]" : "") + name;
    }

    private static string Tag(ReferenceField field, VersionRange versions)
    {
        VersionRange tagged = field.Tagged.Intersect(versions);
        return field.Tag is null && tagged.IsEmpty ? "none" : $"{field.Tag} in {tagged}";
    }

    private string Entity(Field field) =>
        field.Declared is null || field.Declared == errorType ? "none" : char.ToLowerInvariant(field.Declared[0]) + field.Declared[1..];

    private static string Default(Field field) => field.DefaultsToNull ? "null" : Normalize(field, field.Node.Default?.Text);

    private static string Default(Field type, ReferenceField field) =>
        field.Default == "null" || (field.Type == "records" && field.Default is null) ? "null" : Normalize(type, field.Default);

    /// <summary>One spelling for each default: 0x7fffffff and 2147483647 are the same number, and no default is the implied one.</summary>
    private static string Normalize(Field type, string? text) => type switch
    {
        { IsList: true } or { Wire: WireType.Struct or WireType.Bytes or WireType.Uuid or WireType.Records } => text is null or "" ? "empty" : text,
        { Wire: WireType.String } => $"\"{text}\"",
        { Wire: WireType.Bool } => text is null or "" ? "false" : text.ToLowerInvariant(),
        { Wire: WireType.Float64 } => double.TryParse(text, CultureInfo.InvariantCulture, out double number) ? number.ToString(CultureInfo.InvariantCulture) : "0",
        _ => text is null or "" ? "0" : FieldChecks.ParseInteger(text)?.ToString(CultureInfo.InvariantCulture) ?? text,
    };
}
