using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The reader of schemas of configuration keys, which plugins bring along: it ends with keys or with errors that have a place. An input is a text.</summary>
internal sealed class KeySchemaTarget() : TextTarget(
    "{", "}", "[", "]", "?", "=", "@", "..", "\"", "#", "\n", "\n  ", " ", "settings", "key", "int", "long", "string", "list", "boolean", "double", "password", "default", "99999999999999999999", "-1", "1.5e308", "in",
    "a.b", "secret", "deprecated", "synonym", "dynamic")
{
    public override string Name => "key-schemas";

    public override int DefaultInputs => 6_000;

    protected override bool Run(string text)
    {
        KeySchemaParser.Parse(text, "fuzz.kschema", out var errors);
        var taken = errors.Count == 0;
        Check(errors);
        KeySchemaParser.ParsePlugin(text, "fuzz", out errors);
        Check(errors);
        return taken;
    }

    private static void Check(IReadOnlyList<KeySchemaError> errors)
    {
        foreach (var error in errors)
        {
            Require(error.Line > 0 && error.Column > 0, $"an error without a place: {error}");
        }
    }
}
