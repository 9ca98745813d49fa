using System.Text;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Core.Randomness;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The reader of Java properties, and for some of what it reads the checks of a node's configuration. An input is a text.</summary>
internal sealed class PropertiesTarget() : ConfigurationTarget(
    "\n", "\r", "\r\n", "\\\n", "\\", "\\\\", "=", ":", " ", "\t", "\f", "#", "!", "\\u00e4", "\\u12", "\\uzzzz", "\uFEFF", "\0", "node.id=1", "process.roles=broker,controller", "listeners=PLAINTEXT://:9092,CONTROLLER://:9093",
    "listener.security.protocol.map=A:SSL", "listener.name.a.ssl.key.password=x", "log.dirs=/a,/b", "${env:A}", "${file:/a:b}", "${", "99999999999999999999", "-1", "1e400", ",,", "controller.quorum.voters=1@a:1")
{
    public override string Name => "properties";

    public override int DefaultInputs => 20_000;

    protected override string CreateText(RandomSource random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(20); left > 0; left--)
        {
            text.Append('k').Append(random.Next(30)).Append('=').Append(Word(random)).Append('\n');
        }

        return text.ToString();
    }

    protected override ConfigurationSource Read(string text) => PropertiesReader.Read(text, "fuzz.properties");
}
