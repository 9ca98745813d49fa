using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Schemas.Compiler.Emit;

namespace Kafka.Modular.Schemas.Compiler.Configuration;

/// <summary>
/// The verb <c>config</c>: <c>config emit SCHEMAS OUTPUT</c> writes the C# of module Configuration,
/// <c>config docs SCHEMAS PAGE JSON-SCHEMA</c> writes the reference page and the JSON Schema of the YAML file,
/// <c>config check SCHEMAS</c> only reports errors.
/// </summary>
internal static class ConfigurationVerb
{
    /// <summary>How the verb is called.</summary>
    public const string Usage = "config check SCHEMAS | config emit SCHEMAS OUTPUT | config docs SCHEMAS PAGE JSON-SCHEMA";

    /// <summary>Runs the verb.</summary>
    /// <returns>0, 1 for errors in the schemas, 2 for a wrong call.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 2)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var blocks = ConfigurationSchemas.Load(arguments[1], out var errors);
        foreach (var error in errors)
        {
            Console.Error.WriteLine(error);
        }

        if (errors.Count > 0)
        {
            return 1;
        }

        switch (arguments[0])
        {
            case "check" when arguments.Length == 2:
                return 0;
            case "emit" when arguments.Length == 3:
                Emit(blocks, arguments[2]);
                return 0;
            case "docs" when arguments.Length == 4:
                File.WriteAllText(arguments[2], ReferencePageEmitter.Emit(blocks));
                File.WriteAllText(arguments[3], JsonSchemaEmitter.Emit(blocks));
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }

    private static void Emit(IReadOnlyList<KeySchemaBlock> blocks, string output)
    {
        var folder = new OutputFolder(output);
        foreach (var scope in blocks.Select(block => block.Scope).Distinct())
        {
            folder.Write(KeyCatalogEmitter.ClassOf(scope), KeyCatalogEmitter.Emit(scope, blocks));
        }

        var settings = new SettingsEmitter(blocks);
        foreach (var block in blocks)
        {
            folder.Write(block.Name, settings.Emit(block));
        }

        folder.DeleteOthers();
    }
}
