extern alias compiler;

using compiler::Kafka.Modular.Schemas.Compiler.Checking;
using compiler::Kafka.Modular.Schemas.Compiler.Emit;
using compiler::Kafka.Modular.Schemas.Compiler.Syntax;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The compiler of protocol schemas: whatever the text, it ends with code or with errors that have a place. An input is a text.</summary>
internal sealed class SchemaTarget() : TextTarget(
    "{", "}", "[", "]", "?", "=", "@", "..", "\"", "#", "\n", "\n  ", " ", "request", "response", "history", "fields", "struct S {", "int32", "string", "[]", "99999999999", "-", "0x", "tag", "api ", "errors",
    "type ", "data ", "key", "value", "versions 0..3", "flexible 2+", "nullable", "default", "1", "0..1", "KIP-1")
{
    public override string Name => "schemas";

    public override int DefaultInputs => 4_000;

    protected override bool Run(string text)
    {
        var diagnostics = new Diagnostics();
        var file = Parser.Parse("fuzz.kschema", text, diagnostics);
        var set = Checker.Check([file], diagnostics);
        foreach (var error in diagnostics.All)
        {
            Require(error.Position.Line > 0 && error.Position.Column > 0, $"an error without a place: {error}");
        }

        if (diagnostics.Any)
        {
            return false;
        }

        foreach (var message in set.Messages)
        {
            MessageEmitter.Emit(message, set.Errors?.Name);
        }

        return true;
    }
}
