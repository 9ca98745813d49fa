using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>Writes the members that a message and the structs inside it have in common.</summary>
internal sealed class StructEmitter
{
    private readonly CodeWriter code;
    private readonly Message message;
    private readonly Struct node;
    private readonly List<(Field Field, FieldCode Code)> fields;
    private readonly bool hasTags;
    private readonly string? flexibleCondition;

    public StructEmitter(CodeWriter code, Message message, Struct node, string? errorType)
    {
        this.code = code;
        this.message = message;
        this.node = node;
        fields = [.. node.Fields.Select(field => (field, new FieldCode(field, node, message, errorType)))];
        VersionRange compact = message.Flexible.Intersect(node.Versions);
        hasTags = !compact.IsEmpty;
        flexibleCondition = hasTags ? FieldCode.Condition(compact, node.Versions) : null;
    }

    /// <summary>Properties, Read, Write, Accept and, where a default is ever asked for, IsDefault.</summary>
    public void Emit(bool withIsDefault)
    {
        EmitProperties();
        EmitRead();
        EmitWrite();
        EmitAccept();
        if (withIsDefault)
        {
            EmitIsDefault();
        }
    }

    private void EmitProperties()
    {
        foreach ((Field field, FieldCode names) in fields)
        {
            code.Summary(field.Node.Doc);
            if (names.IsLazy)
            {
                string value = field.IsList ? "[]" : "new()";
                code.Line($"public {names.PropertyType} {names.Name} {{ get => {names.Value} ??= {value}; set => {names.Value} = value; }}");
                code.Line($"private {names.PropertyType}? {names.Value};");
            }
            else
            {
                code.Line($"public {names.PropertyType} {names.Name} {{ get; set; }}{names.Initializer}");
            }
        }

        code.Line("public List<UnknownTag>? UnknownTags { get; set; }");
        code.Line();
    }

    private void EmitFlexible()
    {
        if (!message.Flexible.IsEmpty && !message.Flexible.Covers(message.Versions))
        {
            code.Line($"bool flexible = version >= {message.Flexible.Low};");
        }
    }

    private void EmitRead()
    {
        code.Open($"public static {node.ClassName} Read(ref ProtocolReader reader, short version)");
        if (node == message.Root)
        {
            code.Line("if (version < LowestVersion || version > HighestVersion) throw UnsupportedVersionException.Unknown(MessageName, version);");
        }

        EmitFlexible();
        code.Line($"var it = new {node.ClassName}();");
        foreach ((Field field, FieldCode names) in fields.Where(pair => pair.Field.Tag is null))
        {
            code.Line($"{(names.Present is null ? "" : $"if ({names.Present}) ")}it.{names.Name} = {names.Read};");
        }

        if (hasTags)
        {
            string guard = flexibleCondition is null ? "" : $"if ({flexibleCondition}) ";
            if (fields.TrueForAll(pair => pair.Field.Tag is null))
            {
                code.Line($"{guard}it.UnknownTags = reader.ReadUnknownTags();");
            }
            else
            {
                EmitReadTags(guard);
            }
        }

        code.Line("return it;");
        code.Close();
        code.Line();
    }

    private void EmitReadTags(string guard)
    {
        code.Open($"{guard}for (int left = reader.ReadTagCount(); left > 0; left--)");
        code.Line("int tag = reader.ReadTag(out int end);");
        code.Open("switch (tag)");
        foreach ((Field field, FieldCode names) in fields.Where(pair => pair.Field.Tag is not null))
        {
            string when = FieldCode.Condition(field.Versions, message.Flexible.Intersect(node.Versions)) is { } condition ? $" when {condition}" : "";
            code.Line($"case {field.Tag}{when}: it.{names.Name} = {names.Read}; break;");
        }

        code.Line("default: (it.UnknownTags ??= []).Add(reader.ReadUnknownTag(tag, end)); break;");
        code.Close();
        code.Line("reader.EndTag(end);");
        code.Close();
    }

    private void EmitWrite()
    {
        code.Open("public void Write(ProtocolWriter writer, short version)");
        if (node == message.Root)
        {
            code.Line("if (version < LowestVersion || version > HighestVersion) throw UnsupportedVersionException.Unknown(MessageName, version);");
        }

        EmitFlexible();
        foreach ((Field field, FieldCode names) in fields.Where(pair => pair.Field.Tag is null))
        {
            if (names.Present is null)
            {
                code.Line(names.Write);
                continue;
            }

            code.Line($"if ({names.Present}) {names.Write}");
            if (!field.IsLossy)
            {
                code.Line($"else if (!({names.IsDefault})) throw UnsupportedVersionException.Lacks(\"{message.Name}\", \"{names.Name}\", version);");
            }
        }

        foreach ((Field field, FieldCode names) in fields.Where(pair => pair.Field.Tag is not null && !pair.Field.IsLossy && pair.Code.Present is not null))
        {
            code.Line($"if (!({names.Present}) && !({names.IsDefault})) throw UnsupportedVersionException.Lacks(\"{message.Name}\", \"{names.Name}\", version);");
        }

        if (hasTags)
        {
            EmitWriteTags();
        }

        code.Close();
        code.Line();
    }

    private void EmitWriteTags()
    {
        string guard = flexibleCondition is null ? "" : $"if ({flexibleCondition}) ";
        if (fields.TrueForAll(pair => pair.Field.Tag is null))
        {
            code.Line($"{guard}writer.WriteUnknownTags(UnknownTags);");
            return;
        }

        code.Open(guard.Length == 0 ? "" : guard);
        code.Line("var tags = ProtocolWriter.BeginTags(UnknownTags);");
        foreach ((Field field, FieldCode names) in fields.Where(pair => pair.Field.Tag is not null).OrderBy(pair => pair.Field.Tag))
        {
            string when = FieldCode.Condition(field.Versions, message.Flexible.Intersect(node.Versions)) is { } condition ? condition + " && " : "";
            code.Line($"if ({when}!({names.IsDefault})) {{ writer.BeginTag(ref tags, {field.Tag}); {names.Write} writer.EndTag(ref tags); }}");
        }

        code.Line("writer.EndTags(ref tags);");
        code.Close();
    }

    private void EmitAccept()
    {
        code.Open("public void Accept(IMessageVisitor visitor, short version)");
        foreach ((Field field, FieldCode names) in fields)
        {
            string tagged = field.Tag is null ? "" : $"visitor.Tagged(\"{names.JsonName}\", {field.Tag}, {names.IsDefault})";
            string condition = (names.Present, tagged) switch
            {
                (null, "") => "",
                (null, _) => $"if ({tagged}) ",
                (var present, "") => $"if ({present}) ",
                var (present, _) => $"if ({present} && {tagged}) ",
            };
            code.Line(condition + names.Visit);
        }

        code.Close();
    }

    private void EmitIsDefault()
    {
        IEnumerable<string> all = fields.Select(pair => $"({pair.Code.IsDefault})").Append("UnknownTags is null or { Count: 0 }");
        code.Line();
        code.Line($"internal bool IsDefault => {string.Join(" && ", all)};");
    }
}
