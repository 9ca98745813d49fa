using Kafka.Modular.Fuzz.Tests.Brokers;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Fuzz.Tests.Sasl;
using Kafka.Modular.Fuzz.Tests.Targets;
using Kafka.Modular.Fuzz.Tests.Tls;

namespace Kafka.Modular.Fuzz.Tests;

/// <summary>
/// Whatever comes from outside, it is taken or it is refused in the way that is foreseen. What fails is printed in hexadecimal, to be committed as a
/// line of <c>Corpus/TARGET.inputs.hex</c>. KAFKA_MODULAR_FUZZ_INPUTS sets how many inputs are made for each target, KAFKA_MODULAR_FUZZ_SEED which ones;
/// <c>--filter TestCategory=TARGET</c> runs one target.
/// </summary>
public sealed class FuzzTests
{
    private static readonly Dictionary<string, Func<FuzzTarget>> s_targets = new(StringComparer.Ordinal)
    {
        ["messages"] = () => new MessageTarget(),
        ["records"] = () => new RecordTarget(),
        ["batches"] = () => new BatchTarget(),
        ["compression"] = () => new CompressionTarget(),
        ["schemas"] = () => new SchemaTarget(),
        ["key-schemas"] = () => new KeySchemaTarget(),
        ["yaml"] = () => new YamlTarget(),
        ["properties"] = () => new PropertiesTarget(),
        ["sasl"] = () => new SaslTarget(),
        ["jaas"] = () => new JaasTarget(),
        ["tls"] = () => new TlsTarget(),
        ["broker"] = () => new BrokerTarget(),
    };

    private static IEnumerable<TestCaseData> Targets => s_targets.Keys.Select(name => new TestCaseData(name).SetCategory(name));

    [TestCaseSource(nameof(Targets))]
    public async Task Committed_inputs_do_no_harm(string name)
    {
        await using var target = s_targets[name]();
        Assert.That(target.Name, Is.EqualTo(name));
        Assert.That(await new FuzzRun(target).ReplayAsync(), Is.Positive);
    }

    [TestCaseSource(nameof(Targets))]
    public async Task Made_inputs_do_no_harm(string name)
    {
        await using var target = s_targets[name]();
        await TestContext.Out.WriteLineAsync(await new FuzzRun(target).MutateAsync());
    }
}
