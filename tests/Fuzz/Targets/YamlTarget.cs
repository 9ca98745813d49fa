using System.Text;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>
/// The YAML reader, and for some of what it reads the checks of a node's configuration: they end with values or with problems. An input is a text.
/// </summary>
internal sealed class YamlTarget() : ConfigurationTarget(
    "\n", "\n  ", "\n    ", ": ", ":", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<: *a", "!!str ", "!t ", "|\n ", ">\n ", "|2+", "\"", "'", "\\", "\\u0041", "\\x", "\\U00110000", "%YAML 1.2\n", "%TAG ! !\n", "---\n",
    "...\n", "# c\n", "? ", "~", "null", "\t", "\r", "\u0085", "\uFEFF", "\0", "@", "`", "${env:A}", "${file:/a:b}", "broker", "node.id: 1", "log:\n  dirs: [a, b]", "listeners: PLAINTEXT://:9092", "process.roles: [broker, controller]",
    "99999999999999999999", "1e400", "0x10")
{
    public override string Name => "yaml";

    public override int DefaultInputs => 10_000;

    protected override string CreateText(RandomSource random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(20); left > 0; left--)
        {
            text.Append('k').Append(random.Next(30)).Append(random.Next(8) == 0 ? ":\n  x" : "").Append(": ").Append(Word(random)).Append('\n');
        }

        return text.ToString();
    }

    protected override ConfigurationSource Read(string text) => YamlReader.Read(text, "fuzz.yaml");
}
