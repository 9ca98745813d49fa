using System.Globalization;
using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Emit;

/// <summary>The C# expressions that belong to one field.</summary>
internal sealed class FieldCode
{
    private readonly Field source;
    private readonly VersionRange flexible;
    private readonly bool isEnum;

    public FieldCode(Field field, Struct owner, Message message, string? errorType)
    {
        source = field;
        flexible = message.Flexible;
        isEnum = field.Declared is not null && field.Declared == errorType;
        Present = Condition(field.Versions, owner.Versions);
        Flexible = field.Node.IsInflexible || flexible.IsEmpty ? "false" : flexible.Covers(message.Versions) ? "true" : "flexible";
        Nullable = !field.IsNullable ? "false" : Condition(field.Nullable, field.Versions) ?? "true";
        // Absent lists and structs are created when somebody asks: most responses never touch theirs.
        IsLazy = !field.IsNullable && (field.IsList || field.Wire == WireType.Struct);
    }

    public string Name => source.Name;

    /// <summary>The condition on the version under which the field is there, or null when it always is.</summary>
    public string? Present { get; }

    /// <summary>Whether the field has the compact form: a constant or the local of that name.</summary>
    public string Flexible { get; }

    /// <summary>The condition under which it may be null.</summary>
    public string Nullable { get; }

    /// <summary>True when the property creates its value on first use.</summary>
    public bool IsLazy { get; }

    /// <summary>How the property's value is reached without creating it.</summary>
    public string Value => IsLazy ? "_" + Name : Name;

    /// <summary>The name in JSON.</summary>
    public string JsonName => char.ToLowerInvariant(Name[0]) + Name[1..];

    /// <summary>The type of the value, or of a list's element.</summary>
    public string ElementType => source.Wire switch
    {
        WireType.Struct => source.Struct!.ClassName,
        WireType.String => "string",
        _ when source.Declared is not null => source.Declared,
        WireType.Bool => "bool",
        WireType.Int8 => "sbyte",
        WireType.Int16 => "short",
        WireType.UInt16 => "ushort",
        WireType.Int32 => "int",
        WireType.UInt32 => "uint",
        WireType.Int64 => "long",
        WireType.Float64 => "double",
        WireType.Uuid => "Uuid",
        WireType.Bytes => source.Node.IsSlice ? "ReadOnlyMemory<byte>" : "byte[]",
        _ => "Records",
    };

    /// <summary>The property's type.</summary>
    public string PropertyType
    {
        get
        {
            string type = source.IsList ? $"List<{ElementType}>" : ElementType;
            return source.IsNullable && (source.IsList || source.Wire != WireType.Records) ? type + "?" : type;
        }
    }

    /// <summary>The initializer of a property that is not lazy, with its equals sign and semicolon, or empty.</summary>
    public string Initializer
    {
        get
        {
            if (source.DefaultsToNull)
            {
                return "";
            }

            if (source.IsList)
            {
                return " = [];";
            }

            return source.Wire switch
            {
                WireType.Struct => " = new();",
                WireType.String => $" = \"{source.Node.Default?.Text}\";",
                WireType.Bytes when source.Node.IsSlice => source.IsNullable ? " = ReadOnlyMemory<byte>.Empty;" : "",
                WireType.Bytes => " = [];",
                _ when source.Node.Default is null => "",
                _ => $" = {Wrap(Literal)};",
            };
        }
    }

    /// <summary>True when the value is the default.</summary>
    public string IsDefault
    {
        get
        {
            if (source.DefaultsToNull)
            {
                return source.Wire == WireType.Records && !source.IsList ? $"{Name}.IsNull" : $"{Name} is null";
            }

            if (source.IsList)
            {
                return IsLazy ? $"{Value} is null or {{ Count: 0 }}" : $"{Name} is {{ Count: 0 }}";
            }

            return source.Wire switch
            {
                WireType.Struct => IsLazy ? $"{Value} is null or {{ IsDefault: true }}" : $"{Name} is {{ IsDefault: true }}",
                WireType.String => $"{Name} is \"{source.Node.Default?.Text}\"",
                WireType.Bytes => source.Node.IsSlice ? $"{Name} is {{ IsEmpty: true }}" : $"{Name} is {{ Length: 0 }}",
                WireType.Uuid => $"{Name} == default",
                WireType.Bool => Literal == "true" ? Name : $"!{Name}",
                _ => $"{Unwrap(Name)} == {Literal}",
            };
        }
    }

    /// <summary>The expression that reads the value.</summary>
    public string Read
    {
        get
        {
            string bang = Nullable == "false" ? "!" : "";
            if (source.IsList)
            {
                return $"reader.{ListMethod("Read")}({Flexible}, {Nullable}{VersionArgument}){bang}";
            }

            return source.Wire switch
            {
                WireType.Struct => source.IsNullable
                    ? $"reader.ReadStruct<{ElementType}>({(source.Tag is null ? "false" : "true")}, {Nullable}, version)"
                    : $"{ElementType}.Read(ref reader, version)",
                WireType.String => $"reader.ReadString({Flexible}, {Nullable}){bang}",
                WireType.Bytes => source.Node.IsSlice
                    ? source.IsNullable ? $"reader.ReadNullableSlice({Flexible}, {Nullable})" : $"reader.ReadSlice({Flexible})"
                    : $"reader.ReadBytes({Flexible}, {Nullable}){bang}",
                WireType.Records => $"reader.ReadRecords({Flexible}, {Nullable})",
                _ => Wrap($"reader.Read{ScalarMethod}()"),
            };
        }
    }

    /// <summary>The statement that writes the value.</summary>
    public string Write
    {
        get
        {
            if (source.IsList)
            {
                string version = source.Wire == WireType.Struct ? ", version" : "";
                string nullable = IsLazy ? "" : ", " + Nullable;
                return $"writer.{ListMethod("Write", false)}({Value}, {Flexible}{nullable}{version});";
            }

            return source.Wire switch
            {
                WireType.Struct => source.IsNullable
                    ? $"writer.WriteStruct({Name}, {(source.Tag is null ? "false" : "true")}, {Nullable}, version);"
                    : $"{Name}.Write(writer, version);",
                WireType.String => $"writer.WriteString({Name}, {Flexible}, {Nullable});",
                WireType.Bytes => source.Node.IsSlice
                    ? $"writer.WriteSlice({Name}, {Flexible}, {Nullable});"
                    : $"writer.WriteBytes({Name}, {Flexible}, {Nullable});",
                WireType.Records => $"writer.WriteRecords({Name}, {Flexible}, {Nullable});",
                _ => $"writer.Write{ScalarMethod}({Unwrap(Name)});",
            };
        }
    }

    /// <summary>The statement that hands the value to a visitor and takes back what it returns.</summary>
    public string Visit
    {
        get
        {
            string bang = source.IsNullable ? "" : "!";
            string name = $"\"{JsonName}\"";
            if (source.IsList)
            {
                return $"{Name} = visitor.{ListMethod("")}({name}, {Name}, {Nullable}{VersionArgument}){bang};";
            }

            return source.Wire switch
            {
                WireType.Struct => $"{Name} = visitor.Struct({name}, {Name}, {Nullable}, version){bang};",
                WireType.String => $"{Name} = visitor.String({name}, {Name}, {Nullable}){bang};",
                WireType.Bytes => source.Node.IsSlice
                    ? $"{Name} = visitor.Slice({name}, {Name}, {Nullable}){(source.IsNullable ? "" : ".GetValueOrDefault()")};"
                    : $"{Name} = visitor.Bytes({name}, {Name}, {Nullable}){bang};",
                WireType.Records => $"{Name} = visitor.Records({name}, {Name}, {Nullable});",
                _ => $"{Name} = {Wrap($"visitor.{ScalarMethod}({name}, {Unwrap(Name)})")};",
            };
        }
    }

    /// <summary>The type of the property in a view.</summary>
    public string ViewType => source switch
    {
        { IsList: true, Wire: WireType.Struct } => $"MessageViewList<{ElementType}>",
        { IsList: true } => "Int32ViewList",
        { Wire: WireType.String or WireType.Bytes } => "ReadOnlySpan<byte>",
        _ => ElementType,
    };

    /// <summary>The initializer of the property in a view.</summary>
    public string ViewInitializer => source switch
    {
        { IsList: true } => "",
        { Wire: WireType.Struct } => " = new();",
        { Wire: WireType.String or WireType.Bytes or WireType.Records or WireType.Uuid } or { Node.Default: null } => "",
        _ => $" = {Wrap(Literal)};",
    };

    /// <summary>The statements that read the field into a view.</summary>
    public string ViewRead => source switch
    {
        { IsList: true, Wire: WireType.Struct } =>
            $"it.{Name} = reader.ReadViewList<{ElementType}>({Flexible}, {Nullable}, version);",
        { IsList: true } => $"it.{Name} = reader.ReadInt32ViewList({Flexible}, {Nullable});",
        { Wire: WireType.String, IsNullable: true } =>
            $"{{ it.{Name}IsNull = !reader.TryReadUtf8({Flexible}, {Nullable}, out ReadOnlySpan<byte> bytes); it.{Name}Utf8 = bytes; }}",
        { Wire: WireType.String } => $"{{ reader.TryReadUtf8({Flexible}, false, out ReadOnlySpan<byte> bytes); it.{Name}Utf8 = bytes; }}",
        { Wire: WireType.Bytes } => $"it.{Name} = reader.ReadByteSpan({Flexible}, {Nullable});",
        { Wire: WireType.Struct } => $"it.{Name} = {ElementType}.Read(ref reader, version);",
        _ => $"it.{Name} = {Read};",
    };

    private string VersionArgument => source.Wire == WireType.Struct ? ", version" : "";

    private string Literal => source.Wire switch
    {
        WireType.Bool => source.Node.Default?.Text ?? "false",
        WireType.Float64 => (source.Node.Default?.Text ?? "0") + "d",
        _ => source.Node.Default is { } value
            ? FieldChecks.ParseInteger(value.Text)!.Value.ToString(CultureInfo.InvariantCulture) + (source.Wire == WireType.Int64 ? "L" : "")
            : "0",
    };

    private string ScalarMethod => source.Wire == WireType.Bool ? "Boolean" : source.Wire.ToString();

    private bool IsWrapped => source.Declared is not null && source.Wire != WireType.String;

    /// <summary>The condition that a version of <paramref name="parent"/> is also in <paramref name="range"/>, or null when it always is.</summary>
    public static string? Condition(VersionRange range, VersionRange parent)
    {
        string low = string.Create(CultureInfo.InvariantCulture, $"version >= {range.Low}");
        string high = string.Create(CultureInfo.InvariantCulture, $"version <= {range.High}");
        return (range.Low > parent.Low, range.High < parent.High) switch
        {
            (false, false) => null,
            (true, false) => low,
            (false, true) => high,
            _ => $"{low} && {high}",
        };
    }

    private string ListMethod(string verb, bool typed = true) => source.Wire switch
    {
        WireType.Struct => $"{verb}StructList" + (typed ? $"<{ElementType}>" : ""),
        WireType.String or WireType.Uuid => $"{verb}{source.Wire}List",
        _ => $"{verb}{source.Wire}List" + (typed ? $"<{ElementType}>" : ""),
    };

    private string Wrap(string expression) => IsWrapped ? $"({source.Declared})({expression})" : expression;

    private string Unwrap(string expression) => isEnum ? $"(short){expression}" : IsWrapped ? $"{expression}.Value" : expression;
}
