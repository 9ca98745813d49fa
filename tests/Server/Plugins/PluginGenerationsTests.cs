using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Server.Tests.Plugins;

public sealed class PluginGenerationsTests : IDisposable
{
    private readonly PluginFolders _folders = new();

    public void Dispose() => _folders.Dispose();

    [Test]
    public void A_folder_is_copied_with_what_is_below_it_and_the_copy_goes_with_its_owner()
    {
        Directory.CreateDirectory(Path.Combine(_folders.Folder("Sample"), "runtimes", "linux-x64"));
        File.WriteAllText(Path.Combine(_folders.Folder("Sample"), "runtimes", "linux-x64", "native.so"), "x");
        string copy;
        using (var generations = New())
        {
            copy = generations.Copy(_folders.Folder("Sample"));
            Assert.That(copy, Does.StartWith(_folders.Private));
            Assert.That(File.ReadAllText(Path.Combine(copy, "runtimes", "linux-x64", "native.so")), Is.EqualTo("x"));
            Assert.That(generations.Copy(_folders.Folder("Sample")), Is.Not.EqualTo(copy), "each copy is one generation");
        }

        Assert.That(Directory.Exists(copy), Is.False);
    }

    [Test]
    public void Copies_of_a_server_that_is_gone_are_removed_and_those_of_one_that_lives_are_not()
    {
        Directory.CreateDirectory(_folders.Folder("Sample"));
        using var living = New();
        var theirs = living.Copy(_folders.Folder("Sample"));
        var abandoned = Directory.CreateDirectory(Path.Combine(_folders.Private, "kafka-modular-plugins-gone")).FullName;
        File.WriteAllText(Path.Combine(abandoned, ".lock"), "");
        var foreign = Directory.CreateDirectory(Path.Combine(_folders.Private, "kafka-modular-plugins-foreign")).FullName;

        using var next = New();
        next.Copy(_folders.Folder("Sample"));
        Assert.That(Directory.Exists(abandoned), Is.False);
        Assert.That(Directory.Exists(theirs));
        Assert.That(Directory.Exists(foreign));
    }

    [Test]
    public void A_folder_that_keeps_changing_is_refused()
    {
        Directory.CreateDirectory(_folders.Folder("Sample"));
        File.WriteAllText(Path.Combine(_folders.Folder("Sample"), "growing.dll"), "");
        using var generations = New();
        generations.CopyFile = (source, target) =>
        {
            File.Copy(source, target, overwrite: true);
            File.AppendAllText(source, "more");
        };
        Assert.That(() => generations.Copy(_folders.Folder("Sample")), Throws.InstanceOf<PluginException>().With.Message.Contains("keeps changing"));
    }

    [Test]
    public void A_folder_that_changes_for_a_while_is_copied_as_it_stands_in_the_end()
    {
        Directory.CreateDirectory(_folders.Folder("Sample"));
        File.WriteAllText(Path.Combine(_folders.Folder("Sample"), "growing.dll"), "");
        using var generations = New();
        var writes = 3;
        generations.CopyFile = (source, target) =>
        {
            File.Copy(source, target, overwrite: true);
            if (writes-- > 0)
                File.AppendAllText(source, "x");
        };
        Assert.That(File.ReadAllText(Path.Combine(generations.Copy(_folders.Folder("Sample")), "growing.dll")), Is.EqualTo("xxx"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_refused_by_name()
    {
        using var generations = New();
        Assert.That(() => generations.Copy("/not/there"), Throws.InstanceOf<PluginException>().With.Message.Contains("/not/there"));
    }

    private PluginGenerations New() => new(_folders.Private, NullLogger.Instance);
}
