using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Checking;

/// <summary>Resolves names and ranges across all files and reports what does not fit together.</summary>
internal sealed class Checker
{
    private readonly Diagnostics diagnostics;
    private readonly SchemaSet set = new();
    private readonly Dictionary<string, WireType> declared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourcePosition> classNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourcePosition> numbers = new(StringComparer.Ordinal);

    private Checker(Diagnostics diagnostics) => this.diagnostics = diagnostics;

    /// <summary>Checks all files together; errors go to <paramref name="diagnostics"/>.</summary>
    public static SchemaSet Check(IReadOnlyList<SchemaFile> files, Diagnostics diagnostics)
    {
        var checker = new Checker(diagnostics);
        foreach (TypeNode type in files.SelectMany(file => file.Types))
        {
            checker.Declare(type);
        }

        foreach (ErrorsNode errors in files.SelectMany(file => file.Errors))
        {
            checker.Declare(errors);
        }

        foreach (MessageNode message in files.SelectMany(file => file.Messages))
        {
            checker.Check(message);
        }

        checker.set.Messages.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return checker.set;
    }

    private void Declare(TypeNode type)
    {
        if (WireTypes.Find(type.Primitive) is not { } wire
            || wire is not (WireType.Int16 or WireType.Int32 or WireType.Int64 or WireType.String))
        {
            diagnostics.Report(type.Position, $"'{type.Primitive}' cannot carry a declared type (int16, int32, int64 and string can)");
        }
        else if (WireTypes.Find(type.Name) is not null || !declared.TryAdd(type.Name, wire))
        {
            diagnostics.Report(type.Position, $"the type {type.Name} is declared twice");
        }
        else
        {
            set.Types.Add(type);
        }
    }

    private void Declare(ErrorsNode errors)
    {
        if (set.Errors is not null || !declared.TryAdd(errors.Name, WireType.Int16))
        {
            diagnostics.Report(errors.Position, $"the type {errors.Name} is declared twice");
            return;
        }

        set.Errors = errors;
        var codes = new HashSet<int>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ErrorNode error in errors.Codes)
        {
            if (error.Code is < short.MinValue or > short.MaxValue)
            {
                diagnostics.Report(error.Position, $"{error.Code} is no int16");
            }
            else if (!codes.Add(error.Code) | !names.Add(error.Name))
            {
                diagnostics.Report(error.Position, $"{error.Name} {error.Code} is declared twice");
            }
        }
    }

    private void Check(MessageNode node)
    {
        if (!MessageChecks.Check(node, diagnostics, out VersionRange versions, out VersionRange flexible))
        {
            return;
        }

        string number = $"{node.Kind} {(node.Properties.TryGetValue("log", out PropertyNode? log) ? log.Words[0] : "")} {node.Key}";
        if (node.Key is not null && !numbers.TryAdd(number, node.Position))
        {
            diagnostics.Report(node.Position, $"the number {node.Key} is taken by the declaration at {numbers[number]}");
        }

        foreach (BlockNode block in node.Blocks)
        {
            bool key = block.Name == "key";
            string name = block.Name == "fields" ? node.Name : node.Name + char.ToUpperInvariant(block.Name[0]) + block.Name[1..];
            var message = new Message
            {
                Name = name,
                Node = node,
                Block = block.Name,
                Versions = key ? new VersionRange(0, 0) : versions,
                Flexible = key ? VersionRange.None : flexible,
                HasView = node.Properties.TryGetValue("view", out PropertyNode? view) && view.Words.Contains(block.Name),
                Root = new Struct { Name = name, ClassName = name, Versions = key ? new VersionRange(0, 0) : versions, Doc = block.Doc ?? node.Doc, IsShared = false },
            };
            if (!classNames.TryAdd(name, node.Position))
            {
                diagnostics.Report(node.Position, $"{name} is declared twice, also at {classNames[name]}");
                continue;
            }

            new BlockChecker(message, block, declared, diagnostics).Check();
            NameClasses(message);
            if (message.HasView)
            {
                CheckView(message);
            }

            set.Messages.Add(message);
        }
    }

    /// <summary>Views know what the messages that have one need: struct lists, int32 lists and no nullable struct.</summary>
    private void CheckView(Message message)
    {
        foreach (Field field in message.Structs.Append(message.Root).SelectMany(node => node.Fields))
        {
            bool known = field.IsList ? field.Wire is WireType.Struct or WireType.Int32 : field.Wire != WireType.Struct || !field.IsNullable;
            if (!known)
            {
                diagnostics.Report(field.Node.Type.Position, $"a view cannot have {field.Name}: lists are of structs or int32, structs are not nullable");
            }
        }
    }

    /// <summary>
    /// C# lets no member share its class's name, and no nested class share a property's. Such a struct's class is called <c>…Data</c>.
    /// </summary>
    private void NameClasses(Message message)
    {
        var taken = message.Root.Fields.Select(field => field.Name).Concat(BlockChecker.EveryMember).ToHashSet(StringComparer.Ordinal);
        foreach (Struct node in message.Structs)
        {
            bool clashes = taken.Contains(node.Name) || node.Name == message.Name || node.Fields.Any(field => field.Name == node.Name);
            node.ClassName = clashes ? node.Name + "Data" : node.Name;
        }

        var classes = new HashSet<string>(StringComparer.Ordinal);
        foreach (Struct node in message.Structs.Where(node => !classes.Add(node.ClassName) || taken.Contains(node.ClassName)))
        {
            diagnostics.Report(message.Node.Position, $"the class name {node.ClassName} in {message.Name} is taken");
        }
    }
}
