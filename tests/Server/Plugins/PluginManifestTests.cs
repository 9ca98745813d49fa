using Kafka.Modular.Compression.Zstd;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Storage.File;

namespace Kafka.Modular.Server.Tests.Plugins;

public sealed class PluginManifestTests
{
    private const string Complete = "id: sample\nkind: storage\nassembly: Sample.dll\nspi: \"1.0\"\n";

    [Test]
    public void A_complete_manifest_is_read()
    {
        var manifest = PluginManifest.Parse(
            Complete + "keys: |\n  # Where it keeps things.\n  sample.path  string = /tmp  high\n  sample.size  int = 5  [1..9]  low\n", "x/plugin.yaml");
        Assert.That((manifest.Id, manifest.Kind, manifest.Assembly, manifest.Spi), Is.EqualTo(("sample", PluginKind.Storage, "Sample.dll", new SpiVersion(1, 0))));
        Assert.That(manifest.Keys.Select(key => $"{key.Name} {key.Default} {key.Help}"), Is.EqualTo(new[] { "sample.path /tmp Where it keeps things.", "sample.size 5 " }));
    }

    [TestCase("", new[] { "sample" })]
    [TestCase("provides: [SCRAM-SHA-256, SCRAM-SHA-512]\n", new[] { "SCRAM-SHA-256", "SCRAM-SHA-512" })]
    [TestCase("provides: PLAIN\n", new[] { "PLAIN" })]
    public void A_plugin_is_chosen_by_what_it_provides_or_else_by_its_id(string line, string[] expected)
        => Assert.That(PluginManifest.Parse(Complete + line, "plugin.yaml").Provides, Is.EqualTo(expected));

    [TestCase("storage", false)]
    [TestCase("compression", false)]
    [TestCase("sasl", true)]
    [TestCase("credentials", true)]
    [TestCase("authorizer", true)]
    public void What_has_no_data_of_its_own_can_be_replaced(string kind, bool isReplaceable)
        => Assert.That(PluginManifest.Parse(Complete.Replace("storage", kind, StringComparison.Ordinal), "plugin.yaml").IsReplaceable, Is.EqualTo(isReplaceable));

    [TestCase("kind: storage\nassembly: a.dll\nspi: \"1.0\"\n", "id is missing")]
    [TestCase("id: a\nassembly: a.dll\nspi: \"1.0\"\n", "kind is missing")]
    [TestCase("id: a\nkind: storage\nspi: \"1.0\"\n", "assembly is missing")]
    [TestCase("id: a\nkind: storage\nassembly: a.dll\n", "spi is missing")]
    [TestCase("id: a\nkind: teapot\nassembly: a.dll\nspi: \"1.0\"\n", "kind is 'teapot'; expected storage, compression")]
    [TestCase("id: a\nkind: 0\nassembly: a.dll\nspi: \"1.0\"\n", "kind is '0'")]
    [TestCase("id: a\nkind: storage\nassembly: ../a.dll\nspi: \"1.0\"\n", "the name of a file in the same folder")]
    [TestCase("id: a\nkind: storage\nassembly: a.dll\nspi: one\n", "spi is 'one'")]
    [TestCase(Complete + "colour: blue\n", "plugin.yaml:5: 'colour' is not known here; expected id, kind, assembly, spi, provides, keys")]
    [TestCase(Complete + "keys: |\n  broken\n", "keys:")]
    [TestCase("id: [a, b]\n", "id must be a text")]
    [TestCase("{", "not YAML")]
    public void What_is_wrong_with_a_manifest_is_said_in_one_line(string text, string expected)
        => Assert.That(
            () => PluginManifest.Parse(text, "plugin.yaml"),
            Throws.InstanceOf<PluginException>().With.Message.Contains(expected).And.Message.Not.Contains("\n").And.Message.Contains("plugin.yaml"));

    [Test]
    public void The_manifest_inside_an_assembly_is_the_one_beside_it()
    {
        foreach (var registration in new[] { PluginRegistration.Of<FileStoragePlugin>(), PluginRegistration.Of<ZstdCompressionPlugin>() })
        {
            var name = registration.Manifest.Assembly["Kafka.Modular.".Length..^".dll".Length];
            var beside = PluginManifest.Parse(File.ReadAllText(Path.Combine(PluginFolders.Built, name, "plugin.yaml")), "plugin.yaml");
            Assert.That((registration.Manifest.Id, registration.Manifest.Kind, registration.Manifest.Keys.Count), Is.EqualTo((beside.Id, beside.Kind, beside.Keys.Count)));
            Assert.That(registration.Create().Id, Is.EqualTo(beside.Id));
        }
    }

    [TestCase(1, 0, true)]
    [TestCase(1, 1, false)]
    [TestCase(2, 0, false)]
    [TestCase(0, 9, false)]
    public void A_plugin_fits_the_same_major_and_no_higher_minor_version(int major, int minor, bool fits)
        => Assert.That(new SpiVersion(1, 0).Supports(new(major, minor)), Is.EqualTo(fits));

    [TestCase("1")]
    [TestCase("1.2.3")]
    [TestCase("-1.0")]
    [TestCase("")]
    [TestCase(null)]
    public void A_version_is_two_numbers(string? text)
    {
        Assert.That(SpiVersion.TryParse(text, out _), Is.False);
        Assert.That(SpiVersion.TryParse("12.34", out var version));
        Assert.That(version.ToString(), Is.EqualTo("12.34"));
    }
}
