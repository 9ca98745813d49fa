using System.Buffers;
using System.Runtime.Loader;
using Kafka.Modular.Compression.Gzip;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Compression;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Storage;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Server.Tests.Plugins;

public sealed class PluginCatalogTests : IDisposable
{
    private static readonly NodeConfiguration s_defaults = BuiltIn(new Dictionary<string, string>());
    private readonly PluginFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Test]
    public async Task The_chosen_plugins_are_loaded_from_their_folders_and_work()
    {
        using var catalog = Open(_folders.Copy());
        await using var store = catalog.CreateStore(s_defaults, TimeProvider.System);
        var codecs = catalog.CreateCodecs(s_defaults, TimeProvider.System);

        Assert.That(store.Id, Is.EqualTo("file"));
        Assert.That(AssemblyLoadContext.GetLoadContext(store.GetType().Assembly), Is.Not.SameAs(AssemblyLoadContext.Default));
        using var directory = store.OpenDirectory(Path.Combine(_folders.Root, "data"));
        using var partition = directory.OpenPartition("topic-0", SegmentOptions.Default, _ => 0);
        partition.CreateSegment(0).Append([1, 2, 3], [new BatchEntry(0, 5, 0, 3)]);
        partition.Segments[0].Flush();
        Assert.That(File.ReadAllBytes(Path.Combine(_folders.Root, "data", "topic-0", "00000000000000000000.log")), Is.EqualTo(new byte[] { 1, 2, 3 }));

        foreach (var type in new[] { CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd })
        {
            Assert.That(codecs.TryGet(type, out var codec), $"{type}");
            AssertRoundTrip(codec!);
        }
    }

    [Test]
    public void Private_dependencies_are_loaded_from_the_private_copy_beside_the_plugin()
    {
        using var catalog = Open(_folders.Copy(), new() { Compression = ["zstd"] });
        Assert.That(catalog.CreateCodecs(s_defaults, TimeProvider.System).TryGet(CompressionType.Zstd, out var codec));
        AssertRoundTrip(codec!);
        var context = AssemblyLoadContext.GetLoadContext(codec!.GetType().Assembly)!;
        Assert.That(context.IsCollectible, Is.False);
        Assert.That(context.Assemblies.Select(assembly => assembly.Location), Is.All.StartsWith(_folders.Private));
        Assert.That(
            context.Assemblies.Select(assembly => assembly.GetName().Name),
            Is.EquivalentTo(new[] { "Kafka.Modular.Compression.Zstd", "ZstdSharp" }));
    }

    [Test]
    public void A_plugin_that_is_overwritten_while_it_runs_goes_on()
    {
        using var catalog = Open(_folders.Copy(), new() { Compression = ["snappy"] });
        Assert.That(catalog.CreateCodecs(s_defaults, TimeProvider.System).TryGet(CompressionType.Snappy, out var codec));
        foreach (var file in Directory.GetFiles(_folders.Folder("Compression.Snappy")))
            File.WriteAllBytes(file, new byte[100]);
        AssertRoundTrip(codec!);
    }

    [Test]
    public async Task What_is_registered_in_the_process_comes_before_folders()
    {
        using var catalog = Open(
            _folders.Copy(),
            new() { Storage = "memory", Compression = ["gzip"] },
            PluginRegistration.Of<MemoryStoragePlugin>(),
            PluginRegistration.Of<GzipCompressionPlugin>());
        await using var store = catalog.CreateStore(s_defaults, TimeProvider.System);
        Assert.That(AssemblyLoadContext.GetLoadContext(store.GetType().Assembly), Is.SameAs(AssemblyLoadContext.GetLoadContext(GetType().Assembly)));
        Assert.That(catalog.CreateCodecs(s_defaults, TimeProvider.System).TryGet(CompressionType.Gzip, out _));
        Assert.That(Directory.Exists(_folders.Private), Is.False, "nothing was copied");
    }

    [Test]
    public void An_earlier_folder_comes_before_a_later_one()
    {
        _folders.Copy("Storage.File");
        _folders.Replace("Storage.File", "8192", "99");
        using var catalog = Open(new() { Path = [_folders.Plugins, PluginFolders.Built], Compression = [] });
        Assert.That(catalog.Keys.Single().Default, Is.EqualTo("99"));
    }

    [Test]
    public void A_plugin_that_is_missing_is_named_with_where_it_was_looked_for_and_what_is_there()
        => Assert.That(
            () => Open(_folders.Copy("Storage.File", "Storage.Memory"), new() { Storage = "tape" }),
            Throws.InstanceOf<PluginException>().With.Message.EqualTo(
                $"plugins.storage: plugin 'tape' was not found in this process, {_folders.Plugins}; there are file, memory"));

    [Test]
    public void A_manifest_that_cannot_be_read_is_named_when_a_plugin_is_missing()
    {
        _folders.Copy("Storage.File");
        _folders.Replace("Storage.File", "kind: storage", "kind: teapot");
        Assert.That(
            () => Open(_folders),
            Throws.InstanceOf<PluginException>().With.Message.Contains("there is none of this kind").And.Message.Contains("kind is 'teapot'"));
    }

    [Test]
    public void Folders_without_a_manifest_and_paths_that_are_not_there_are_passed_over()
    {
        _folders.Copy("Storage.File");
        Directory.CreateDirectory(_folders.Folder("notes"));
        using var catalog = Open(new() { Path = ["/not/there", _folders.Plugins], Compression = [] });
        Assert.That(catalog.Manifests.Single().Id, Is.EqualTo("file"));
    }

    [Test]
    public void Another_version_of_the_contracts_is_refused()
    {
        _folders.Copy("Storage.File");
        _folders.Replace("Storage.File", "1.0", "2.7");
        Assert.That(
            () => Open(_folders),
            Throws.InstanceOf<PluginException>().With.Message.Contains("'file'").And.Message.Contains("2.7").And.Message.Contains("1.0")
                .And.Message.Contains(_folders.Manifest("Storage.File")));
    }

    [TestCase("id: file", "id: disk", "disk", "with id 'file'")]
    [TestCase("Kafka.Modular.Storage.File.dll", "Other.dll", "file", "Other.dll is not there")]
    public void A_manifest_that_does_not_fit_its_assembly_is_refused(string old, string replacement, string id, string expected)
    {
        _folders.Copy("Storage.File");
        _folders.Replace("Storage.File", old, replacement);
        using var catalog = Open(_folders, new() { Storage = id, Compression = [] });
        Assert.That(
            () => catalog.CreateStore(s_defaults, TimeProvider.System),
            Throws.InstanceOf<PluginException>().With.Message.Contains(expected).And.Message.Not.Contains("\n"));
    }

    [Test]
    public void An_assembly_that_is_not_one_is_refused()
    {
        _folders.Copy("Storage.File");
        File.WriteAllText(Path.Combine(_folders.Folder("Storage.File"), "Kafka.Modular.Storage.File.dll"), "not code");
        using var catalog = Open(_folders, new() { Compression = [] });
        Assert.That(
            () => catalog.CreateStore(s_defaults, TimeProvider.System),
            Throws.InstanceOf<PluginException>().With.Message.Contains("cannot be loaded").And.Message.Not.Contains("\n"));
    }

    [Test]
    public void The_keys_of_chosen_plugins_are_known_to_the_configuration_and_no_others()
    {
        using var with = Open(_folders.Copy(), new() { Compression = [] });
        using var without = Open(_folders, new() { Storage = "memory", Compression = [] });
        Assert.That(Load(with, "storage.file.max.open.segments", "100").Problems, Is.Empty);
        Assert.That(Load(with, "storage.file.max.open.segments", "3").Problems.Single().ToString(), Does.Contain("storage.file.max.open.segments"));
        Assert.That(Load(with, "storage.file.max.open.segmnets", "100").Problems.Single().ToString(), Does.Contain("storage.file.max.open.segmnets"));
        Assert.That(Load(without, "storage.file.max.open.segments", "100").Problems, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Settings_reach_the_plugin()
    {
        var seen = new List<KeyValuePair<string, string>>();
        var manifest = PluginManifest.Parse(
            "id: spy\nkind: storage\nassembly: a.dll\nspi: \"1.0\"\nkeys: |\n  spy.name  string = bond  low\n  spy.word  password? = null  low\n  spy.list  list = [a, b]  low\n", "test");
        using var catalog = Open(new() { Storage = "spy", Compression = [] }, new PluginRegistration(manifest, () => new Spy(seen)));
        var settings = BuiltIn(new Dictionary<string, string> { ["spy.word"] = "shaken" }, catalog);
        await using var store = catalog.CreateStore(settings, TimeProvider.System);
        Assert.That(seen.ToDictionary(), Is.EqualTo(new Dictionary<string, string> { ["spy.name"] = "bond", ["spy.word"] = "shaken", ["spy.list"] = "a,b" }));
    }

    [Test]
    public void The_selection_is_read_from_the_section_of_the_configuration()
    {
        var file = YamlReader.Read("plugins:\n  path: [/a, /b]\n  storage: memory\n  compression: gzip, zstd\n", "a.yaml");
        var given = ConfigurationSource.Of(new Dictionary<string, string> { ["plugins.storage"] = "file" });
        var selection = PluginSelection.Read([file, given]);
        Assert.That(selection.Path, Is.EqualTo(new[] { "/a", "/b" }));
        Assert.That(selection.Wanted, Is.EqualTo(new[] { (PluginKind.Storage, "file"), (PluginKind.Compression, "gzip"), (PluginKind.Compression, "zstd") }));
        Assert.That(PluginSelection.Read([]).Wanted.Select(wanted => wanted.Id), Is.EqualTo(new[] { "file", "gzip", "snappy", "lz4", "zstd" }));
    }

    private static NodeConfiguration BuiltIn(IReadOnlyDictionary<string, string> values, PluginCatalog? catalog = null)
        => NodeConfiguration.Load([BuiltInConfiguration.Source, ConfigurationSource.Of(values)], catalog?.Keys).Required;

    private static ConfigurationResult Load(PluginCatalog catalog, string key, string value)
        => NodeConfiguration.Load([BuiltInConfiguration.Source, ConfigurationSource.Of(new Dictionary<string, string> { [key] = value })], catalog.Keys);

    private static void AssertRoundTrip(ICompressionCodec codec)
    {
        var content = new byte[50_000];
        content.AsSpan(1000, 5000).Fill(7);
        var compressed = new ArrayBufferWriter<byte>();
        codec.Compress(content, compressed);
        var back = new ArrayBufferWriter<byte>();
        codec.Decompress(compressed.WrittenMemory, back, content.Length);
        Assert.That(back.WrittenSpan.SequenceEqual(content), codec.Id);
    }

    private PluginCatalog Open(PluginFolders folders, PluginSelection? selection = null, params PluginRegistration[] registrations)
        => Open((selection ?? new()) with { Path = [folders.Plugins] }, registrations);

    private PluginCatalog Open(PluginSelection selection, params PluginRegistration[] registrations)
        => new(selection, registrations, NullLoggerFactory.Instance, _folders.Private);

    private sealed class Spy(List<KeyValuePair<string, string>> seen) : IStoragePlugin
    {
        public string Id => "spy";

        public ILogStore CreateStore(PluginContext context)
        {
            seen.AddRange(context.Settings);
            return new MemoryStoragePlugin().CreateStore(context);
        }
    }
}
