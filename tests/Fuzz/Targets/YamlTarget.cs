using System.Text;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// The YAML reader, and for some of what it reads the checks of a node's configuration: they end with values or with problems. An input is a text.
/// </summary>
internal sealed class YamlTarget : PureTarget
{
    private static readonly string[] s_words =
    [
        "\n", "\n  ", "\n    ", ": ", ":", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<: *a", "!!str ", "!t ", "|\n ", ">\n ", "|2+", "\"", "'", "\\", "\\u0041", "\\x", "\\U00110000", "%YAML 1.2\n", "%TAG ! !\n", "---\n",
        "...\n", "# c\n", "? ", "~", "null", "\t", "\r", "\u0085", "\uFEFF", "\0", "@", "`", "${env:A}", "${file:/a:b}", "broker", "node.id: 1", "log:\n  dirs: [a, b]", "listeners: PLAINTEXT://:9092", "process.roles: [broker, controller]",
        "99999999999999999999", "1e400", "0x10",
    ];

    private int _turn;

    public override string Name => "yaml";

    public override int DefaultInputs => 10_000;

    public override byte[] Create(RandomSource random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(20); left > 0; left--)
        {
            text.Append('k').Append(random.Next(30)).Append(random.Next(8) == 0 ? ":\n  x" : "").Append(": ").Append(s_words[random.Next(s_words.Length)]).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => Mutation.MutateText(input, other, s_words, random);

    protected override bool Run(byte[] input)
    {
        var source = YamlReader.Read(Encoding.UTF8.GetString(input), "fuzz.yaml");
        ConfigurationCheck.Check(source);
        if (source.Entries.Count > 0 && _turn++ % 16 == 0)
        {
            ConfigurationCheck.Load(source);
        }

        return source.Problems.Count == 0;
    }

    protected override long AllocationLimit(byte[] input) => (8 * 1024 * 1024) + (input.Length * 4096L);
}
