using System.Text;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;

namespace Kafka.Modular.Fuzz.Tests.Targets;

/// <summary>The reader of Java properties, and for some of what it reads the checks of a node's configuration. An input is a text.</summary>
internal sealed class PropertiesTarget : PureTarget
{
    private static readonly string[] s_words =
    [
        "\n", "\r", "\r\n", "\\\n", "\\", "\\\\", "=", ":", " ", "\t", "\f", "#", "!", "\\u00e4", "\\u12", "\\uzzzz", "\uFEFF", "\0", "node.id=1", "process.roles=broker,controller", "listeners=PLAINTEXT://:9092,CONTROLLER://:9093",
        "listener.security.protocol.map=A:SSL", "listener.name.a.ssl.key.password=x", "log.dirs=/a,/b", "${env:A}", "${file:/a:b}", "${", "99999999999999999999", "-1", "1e400", ",,", "controller.quorum.voters=1@a:1",
    ];

    private int _turn;

    public override string Name => "properties";

    public override int DefaultInputs => 20_000;

    public override byte[] Create(RandomSource random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(20); left > 0; left--)
        {
            text.Append('k').Append(random.Next(30)).Append('=').Append(s_words[random.Next(s_words.Length)]).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => Mutation.MutateText(input, other, s_words, random);

    protected override bool Run(byte[] input)
    {
        var source = PropertiesReader.Read(Encoding.UTF8.GetString(input), "fuzz.properties");
        ConfigurationCheck.Check(source);
        if (source.Entries.Count > 0 && _turn++ % 16 == 0)
        {
            ConfigurationCheck.Load(source);
        }

        return source.Problems.Count == 0;
    }

    protected override long AllocationLimit(byte[] input) => (8 * 1024 * 1024) + (input.Length * 4096L);
}
