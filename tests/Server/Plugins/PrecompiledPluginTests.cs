using System.Diagnostics;
using System.Runtime;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Server.Tests.Plugins;

[Category("real")]
public sealed class PrecompiledPluginTests : IDisposable
{
    private readonly PluginFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Test]
    public async Task The_published_file_store_runs_precompiled()
    {
        await PublishAsync("Storage.File");

        // Only the code of the store itself differs between the two: what it calls in the runtime is compiled by the first run.
        await CountCompiledMethodsAsync(PluginFolders.Built);
        var builtAsUsual = await CountCompiledMethodsAsync(PluginFolders.Built);
        var published = await CountCompiledMethodsAsync(_folders.Plugins);
        await TestContext.Progress.WriteLineAsync($"methods compiled at run time: {builtAsUsual} as built, {published} as published");
        Assert.That(builtAsUsual, Is.GreaterThan(60));
        Assert.That(published, Is.LessThan(builtAsUsual / 4));
    }

    private async Task PublishAsync(string plugin)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = PluginFolders.Repository,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "msbuild", "plugins/Publish.proj", "-nologo", "-v:q", "-nodeReuse:false",
                $"-p:Only={plugin}", $"-p:PluginsDirectory={_folders.Plugins}/",
            },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, output);
    }

    private async Task<long> CountCompiledMethodsAsync(string plugins)
    {
        using var catalog = new PluginCatalog(new() { Path = [plugins], Compression = [] }, [], NullLoggerFactory.Instance, _folders.Private);
        await using var store = catalog.CreateStore(NodeConfiguration.Load([BuiltInConfiguration.Source], catalog.Keys).Required, TimeProvider.System);
        var before = JitInfo.GetCompiledMethodCount(currentThread: true);
        Use(store);
        return JitInfo.GetCompiledMethodCount(currentThread: true) - before;
    }

    private void Use(ILogStore store)
    {
        var path = Path.Combine(_folders.Root, Guid.NewGuid().ToString("N"));
        using (var directory = store.OpenDirectory(path))
        {
            var partition = directory.OpenPartition("topic-0", SegmentOptions.Default with { IndexIntervalBytes = 0 }, _ => 0);
            var segment = partition.CreateSegment(0);
            for (var i = 0; i < 400; i++)
                segment.Append(new byte[100], [new BatchEntry(i, i, i, 100)]);
            segment.AppendAbortedTransaction(new(1, 0, 5, 0));
            segment.FindPosition(3);
            segment.FindTimestamp(399);
            segment.Lease(0, 100).Dispose();
            segment.Seal();
            segment.Flush();
            segment.TruncateAsync(10, 1000, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            partition.Blobs.Put("partition.metadata", [1], durable: true);
        }

        using var again = store.OpenDirectory(path);
        Assert.That(again.OpenPartition("topic-0", SegmentOptions.Default, _ => 0).Segments, Has.Count.EqualTo(1));
    }
}
