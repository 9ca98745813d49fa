using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>
/// Writes the view of a message: a ref struct that reads the message in place and allocates nothing. Reading it goes over the whole message once, so that what
/// is malformed is known before anything is done; lists are gone over again when they are enumerated.
/// </summary>
internal sealed class ViewEmitter
{
    private readonly CodeWriter code;
    private readonly Message message;

    private ViewEmitter(CodeWriter code, Message message)
    {
        this.code = code;
        this.message = message;
    }

    /// <summary>The C# file of a message's view.</summary>
    public static string Emit(Message message)
    {
        var file = new CodeWriter(MessageEmitter.Namespace, "System", "System.Text", "Kafka.Modular.Core.Ids", "Kafka.Modular.Protocol");
        new ViewEmitter(file, message).EmitMessage();
        return file.ToString();
    }

    private void EmitMessage()
    {
        string name = message.Name + "View";
        code.Summary($"Reads a {message.Name} in place and allocates nothing. Valid as long as the frame it was read from.");
        code.Open($"public ref struct {name} : IMessageView<{name}>");
        EmitStruct(message.Root, name);
        foreach (Struct node in message.Structs)
        {
            code.Line();
            code.Summary(node.Doc ?? $"{node.Name} of {message.Name}.");
            code.Open($"public ref struct {node.ClassName} : IMessageView<{node.ClassName}>");
            EmitStruct(node, node.ClassName);
            code.Close();
        }

        code.Close();
    }

    private void EmitStruct(Struct node, string type)
    {
        List<(Field Field, FieldCode Code)> fields = [.. node.Fields.Select(field => (field, new FieldCode(field, node, message, null)))];
        foreach ((Field field, FieldCode names) in fields)
        {
            EmitProperty(field, names);
        }

        code.Line($"public {type}() {{ }}");
        code.Line();
        code.Open($"public static {type} Read(scoped ref ProtocolReader reader, short version)");
        if (node == message.Root)
        {
            code.Line($"if (version < {message.Versions.Low} || version > {message.Versions.High}) throw UnsupportedVersionException.Unknown(\"{message.Name}\", version);");
        }

        if (!message.Flexible.IsEmpty && !message.Flexible.Covers(message.Versions))
        {
            code.Line($"bool flexible = version >= {message.Flexible.Low};");
        }

        code.Line($"var it = new {type}();");
        foreach ((_, FieldCode names) in fields.Where(pair => pair.Field.Tag is null))
        {
            code.Line($"{(names.Present is null ? "" : $"if ({names.Present}) ")}{names.ViewRead}");
        }

        EmitTags(node, fields);
        code.Line("return it;");
        code.Close();
    }

    private void EmitProperty(Field field, FieldCode names)
    {
        code.Summary(field.Node.Doc);
        bool text = field is { Wire: WireType.String, IsList: false };
        string type = names.ViewType;
        string suffix = text ? "Utf8" : "";
        code.Line($"public {type} {names.Name}{suffix} {{ readonly get; private set; }}{names.ViewInitializer}");
        if (text)
        {
            if (field.IsNullable)
            {
                code.Line($"public bool {names.Name}IsNull {{ readonly get; private set; }}{(field.DefaultsToNull ? " = true;" : "")}");
            }

            string isNull = field.IsNullable ? $"{names.Name}IsNull ? null : " : "";
            code.Line("/// <summary>Allocates the string.</summary>");
            code.Line($"public readonly string{(field.IsNullable ? "?" : "")} Get{names.Name}() => {isNull}Encoding.UTF8.GetString({names.Name}Utf8);");
        }
    }

    private void EmitTags(Struct node, List<(Field Field, FieldCode Code)> fields)
    {
        VersionRange compact = message.Flexible.Intersect(node.Versions);
        if (compact.IsEmpty)
        {
            return;
        }

        string guard = FieldCode.Condition(compact, node.Versions) is { } condition ? $"if ({condition}) " : "";
        if (fields.TrueForAll(pair => pair.Field.Tag is null))
        {
            code.Line($"{guard}reader.SkipTags();");
            return;
        }

        code.Open($"{guard}for (int left = reader.ReadTagCount(); left > 0; left--)");
        code.Line("int tag = reader.ReadTag(out int end);");
        code.Open("switch (tag)");
        foreach ((Field field, FieldCode names) in fields.Where(pair => pair.Field.Tag is not null))
        {
            string when = FieldCode.Condition(field.Versions, compact) is { } range ? $" when {range}" : "";
            code.Line($"case {field.Tag}{when}: {names.ViewRead} break;");
        }

        code.Line("default: reader.Skip(end - reader.Position); break;");
        code.Close();
        code.Line("reader.EndTag(end);");
        code.Close();
    }
}
