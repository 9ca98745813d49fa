using System.Text;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The reader of schemas of configuration keys, which plugins bring along: it ends with keys or with errors that have a place. An input is a text.</summary>
internal sealed class KeySchemaTarget : PureTarget
{
    private static readonly string[] s_words =
    [
        "{", "}", "[", "]", "?", "=", "@", "..", "\"", "#", "\n", "\n  ", " ", "settings", "key", "int", "long", "string", "list", "boolean", "double", "password", "default", "99999999999999999999", "-1", "1.5e308", "in",
        "a.b", "secret", "deprecated", "synonym", "dynamic",
    ];

    public override string Name => "key-schemas";

    public override int DefaultInputs => 6_000;

    public override byte[] Create(RandomSource random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(40); left > 0; left--)
        {
            text.Append(s_words[random.Next(s_words.Length)]).Append(random.Next(3) == 0 ? "\n" : " ");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => Mutation.MutateText(input, other, s_words, random);

    protected override bool Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        KeySchemaParser.Parse(text, "fuzz.kschema", out var errors);
        var taken = errors.Count == 0;
        Check(errors);
        KeySchemaParser.ParsePlugin(text, "fuzz", out errors);
        Check(errors);
        return taken;
    }

    protected override long AllocationLimit(byte[] input) => (4 * 1024 * 1024) + (input.Length * 4096L);

    private static void Check(IReadOnlyList<KeySchemaError> errors)
    {
        foreach (var error in errors)
        {
            Require(error.Line > 0 && error.Column > 0, $"an error without a place: {error}");
        }
    }
}
