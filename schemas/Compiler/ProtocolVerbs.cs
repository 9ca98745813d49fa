using Kafka.Modular.Schemas.Compiler.Checking;
using Kafka.Modular.Schemas.Compiler.Diff;
using Kafka.Modular.Schemas.Compiler.Emit;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler;

/// <summary>The verbs for protocol and record schemas.</summary>
internal static class ProtocolVerbs
{
    /// <summary>What the verbs expect.</summary>
    public const string Usage = """
        usage: check PATH...            reports what is wrong with protocol and record schemas
               emit --out DIR PATH...   writes their C#
               diff --reference DIR PATH...
                                        compares them with Kafka's definitions (*.json)
        """;

    /// <summary><c>check PATH…</c>: reports what is wrong.</summary>
    public static int Check(string[] arguments)
    {
        var diagnostics = new Diagnostics();
        SchemaSet set = SchemaLoader.Load(arguments, diagnostics);
        if (Failed(diagnostics))
        {
            return 1;
        }

        Console.WriteLine($"{set.Messages.Count} messages are in order");
        return 0;
    }

    /// <summary><c>emit --out DIR PATH…</c>: writes C#.</summary>
    public static int Emit(string[] arguments)
    {
        if (TakeOption(arguments, "--out", out string[] paths) is not { } folder)
        {
            Console.Error.WriteLine("emit needs --out DIR");
            return 2;
        }

        var diagnostics = new Diagnostics();
        SchemaSet set = SchemaLoader.Load(paths, diagnostics);
        if (Failed(diagnostics))
        {
            return 1;
        }

        var output = new OutputFolder(folder);
        foreach (Message message in set.Messages)
        {
            output.Write(message.Name, MessageEmitter.Emit(message, set.Errors?.Name));
            if (message.HasView)
            {
                output.Write(message.Name + "View", ViewEmitter.Emit(message));
            }
        }

        output.Write("DeclaredTypes", DeclarationEmitter.EmitTypes(set));
        output.Write("ApiKey", DeclarationEmitter.EmitApiKeys(set));
        output.Write("MessageCatalog", CatalogEmitter.Emit(set));
        if (set.Errors is { } errors)
        {
            output.Write(errors.Name, DeclarationEmitter.EmitErrors(errors));
        }

        output.DeleteOthers();
        Console.WriteLine($"{set.Messages.Count} messages, {output.Changed} files written, {output.Deleted} deleted");
        return 0;
    }

    /// <summary><c>diff --reference DIR PATH…</c>: compares with Kafka's definitions.</summary>
    public static int Diff(string[] arguments)
    {
        if (TakeOption(arguments, "--reference", out string[] paths) is not { } folder || !Directory.Exists(folder))
        {
            Console.Error.WriteLine("diff needs --reference DIR, a folder with definitions");
            return 2;
        }

        var diagnostics = new Diagnostics();
        SchemaSet set = SchemaLoader.Load(paths, diagnostics);
        if (Failed(diagnostics))
        {
            return 1;
        }

        IReadOnlyList<string> differences = SchemaDiff.Compare(
            set, Directory.EnumerateFiles(folder, "*.json").Select(path => ReferenceMessage.Parse(File.ReadAllText(path))));
        foreach (string difference in differences)
        {
            Console.WriteLine(difference);
        }

        Console.WriteLine(differences.Count == 0 ? $"none: {set.Messages.Count} messages agree" : $"{differences.Count} differences");
        return differences.Count == 0 ? 0 : 1;
    }

    private static bool Failed(Diagnostics diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics.All)
        {
            Console.Error.WriteLine(diagnostic);
        }

        return diagnostics.Any;
    }

    private static string? TakeOption(string[] arguments, string name, out string[] rest)
    {
        int at = Array.IndexOf(arguments, name);
        if (at < 0 || at + 1 >= arguments.Length)
        {
            rest = arguments;
            return null;
        }

        rest = [.. arguments[..at], .. arguments[(at + 2)..]];
        return arguments[at + 1];
    }
}
