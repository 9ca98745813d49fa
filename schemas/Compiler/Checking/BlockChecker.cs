using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Checking;

/// <summary>Resolves the fields and structs of one block.</summary>
internal sealed class BlockChecker(
    Message message,
    BlockNode block,
    Dictionary<string, WireType> declared,
    Diagnostics diagnostics)
{
    /// <summary>Names that every generated class uses for itself.</summary>
    public static readonly string[] EveryMember =
    [
        "Read", "Write", "Accept", "UnknownTags", "IsDefault", "Equals", "GetHashCode", "GetType", "ToString",
        "MessageName", "LowestVersion", "HighestVersion", "RecordType",
    ];

    private readonly Dictionary<string, Struct> structs = new(StringComparer.Ordinal);
    private readonly List<Field> unresolved = [];

    /// <summary>Fills the message's root and its list of structs.</summary>
    public void Check()
    {
        foreach (StructNode shared in block.Structs)
        {
            VersionRange versions = Within(shared.Versions, message.Versions, shared.Position);
            Define(shared, versions, true);
        }

        foreach (StructNode shared in block.Structs.Where(shared => structs[shared.Name].IsShared))
        {
            AddFields(structs[shared.Name], shared.Fields);
        }

        AddFields(message.Root, block.Fields);
        foreach (Field field in unresolved)
        {
            Resolve(field);
        }

        ReportCycles();
        CollectStructs(message.Root);
        foreach (Struct unused in structs.Values.Where(node => !message.Structs.Contains(node)))
        {
            diagnostics.Report(block.Position, $"the struct {unused.Name} is used nowhere");
        }
    }

    private Struct? Define(StructNode node, VersionRange versions, bool shared)
    {
        if (WireTypes.Find(node.Name) is not null || declared.ContainsKey(node.Name))
        {
            diagnostics.Report(node.Position, $"{node.Name} is the name of a type");
        }

        var result = new Struct { Name = node.Name, Versions = versions, Doc = node.Doc, IsShared = shared };
        if (structs.TryAdd(node.Name, result))
        {
            return result;
        }

        diagnostics.Report(node.Position, $"the struct {node.Name} is defined twice");
        return null;
    }

    private VersionRange Within(VersionRange? written, VersionRange parent, SourcePosition position)
    {
        if (written is not { } range)
        {
            return parent;
        }

        VersionRange both = range.Intersect(parent);
        if (both.IsEmpty
            || (range.High != VersionRange.Top && range.High > parent.High)
            || (range.Low != 0 && range.Low < parent.Low))
        {
            diagnostics.Report(position, $"the range {range} is not inside {parent}");
        }

        return both;
    }

    private void AddFields(Struct owner, List<FieldNode> nodes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var tags = new HashSet<int>();
        foreach (FieldNode node in nodes)
        {
            if (!names.Add(node.Name))
            {
                diagnostics.Report(node.Position, $"the field {node.Name} is defined twice");
                continue;
            }

            if (!char.IsAsciiLetterUpper(node.Name[0]) || node.Name.Contains('-', StringComparison.Ordinal))
            {
                diagnostics.Report(node.Position, $"a field's name begins with a capital letter and holds letters and digits: {node.Name}");
            }

            if (EveryMember.Contains(node.Name))
            {
                diagnostics.Report(node.Position, $"no field can be called {node.Name}");
            }

            if (node.Tag is { } tag && !tags.Add(tag))
            {
                diagnostics.Report(node.Position, $"tag {tag} is taken");
            }

            AddField(owner, node);
        }
    }

    private void AddField(Struct owner, FieldNode node)
    {
        VersionRange versions = Within(node.Versions, owner.Versions, node.Position);
        VersionRange nullable = node.Type.Nullable?.Intersect(versions) ?? VersionRange.None;
        if (node.Type.Nullable is { } written && (nullable.IsEmpty || (written.High != VersionRange.Top && written.High > versions.High)))
        {
            diagnostics.Report(node.Type.Position, $"the nullable range {written} is not inside {versions}");
        }

        string type = node.Type.Name;
        bool known = declared.TryGetValue(type, out WireType declaredWire);
        WireType wire = WireTypes.Find(type) ?? (known ? declaredWire : WireType.Struct);
        var field = new Field
        {
            Node = node,
            Wire = wire,
            Declared = known ? type : null,
            Versions = versions,
            Nullable = nullable,
        };
        owner.Fields.Add(field);
        FieldChecks.CheckDefault(field, diagnostics);
        FieldChecks.CheckModifiers(field, message.Flexible, diagnostics);
        if (node.Inline is { } inline)
        {
            if (wire != WireType.Struct)
            {
                diagnostics.Report(node.Type.Position, $"{type} is no struct and has no fields");
            }
            else if (Define(inline, versions, false) is { } defined)
            {
                field.Struct = defined;
                AddFields(defined, inline.Fields);
            }
        }
        else if (wire == WireType.Struct)
        {
            unresolved.Add(field);
        }
    }

    private void Resolve(Field field)
    {
        if (!structs.TryGetValue(field.Node.Type.Name, out Struct? found))
        {
            diagnostics.Report(field.Node.Type.Position, $"the type {field.Node.Type.Name} is not known here");
            return;
        }

        field.Struct = found;
        if (!found.Versions.Covers(field.Versions))
        {
            diagnostics.Report(field.Node.Type.Position, $"{field.Name} is there in {field.Versions}, but {found.Name} only in {found.Versions}");
        }
    }

    /// <summary>A struct inside itself would let a few bytes describe any depth, so it is refused.</summary>
    private void ReportCycles()
    {
        var done = new HashSet<Struct>();
        var path = new HashSet<Struct>();

        void Visit(Struct node, SourcePosition position)
        {
            if (path.Contains(node))
            {
                diagnostics.Report(position, $"the struct {node.Name} contains itself");
                return;
            }

            if (!done.Add(node))
            {
                return;
            }

            path.Add(node);
            foreach (Field field in node.Fields)
            {
                if (field.Struct is { } inner)
                {
                    Visit(inner, field.Node.Position);
                }
            }

            path.Remove(node);
        }

        Visit(message.Root, block.Position);
        foreach (Struct node in structs.Values)
        {
            Visit(node, block.Position);
        }
    }

    private void CollectStructs(Struct node)
    {
        foreach (Field field in node.Fields)
        {
            if (field.Struct is { } inner && !message.Structs.Contains(inner))
            {
                message.Structs.Add(inner);
                CollectStructs(inner);
            }
        }
    }
}
