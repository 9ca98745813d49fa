using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Cli.Serve;
using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Cli.Verbs;

namespace Kafka.Modular.Cli.Tests.Serve;

public sealed class ServeToolsTests
{
    [Test]
    public async Task A_start_without_a_file_shows_the_usage()
    {
        var run = await ToolRun.OfAsync("kafka-server-start");
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((1, "USAGE: kafka-server-start.sh [-daemon] server.properties [--override property=value]*\n")));
    }

    [Test]
    public async Task A_start_with_a_file_that_there_is_not_names_it()
    {
        var run = await ToolRun.OfAsync("kafka-server-start", "/nowhere/server.properties");
        Assert.That((run.ExitCode, run.Error), Is.EqualTo((1, "/nowhere/server.properties: there is no such file\n")));
    }

    [Test]
    public void Servers_are_known_by_their_command_lines()
    {
        using var proc = new TempFolder();
        AddProcess(proc, 11, "/usr/bin/kafka-modular", "serve", "/etc/one.yaml");
        AddProcess(proc, 12, "bin/kafka-server-start.sh", "--override", "node.id=2", "/etc/two.properties");
        AddProcess(proc, 13, "dotnet", "/opt/kafka-modular.dll", "serve", "-c", "/etc/three.yaml");
        AddProcess(proc, 14, "kafka-modular", "kafka-topics", "--list");
        AddProcess(proc, 15, "vi", "kafka-modular", "serve");
        AddProcess(proc, 16, "kafka-modular", "serve");
        Directory.CreateDirectory(Path.Combine(proc.Path, "self"));
        Assert.That(ServerProcess.FindAll(proc.Path), Is.EqualTo(new ServerProcess[]
        {
            new(11, "/etc/one.yaml"), new(12, "/etc/two.properties"), new(13, "/etc/three.yaml"), new(15, null), new(16, null),
        }).Or.EqualTo(new ServerProcess[] { new(11, "/etc/one.yaml"), new(12, "/etc/two.properties"), new(13, "/etc/three.yaml"), new(16, null) }));
    }

    [TestCase("", new[] { 1, 2 })]
    [TestCase("--node-id=7", new[] { 1 })]
    [TestCase("--process-role=broker", new[] { 2 })]
    public async Task Only_the_servers_that_are_asked_for_are_stopped(string arguments, int[] expected)
    {
        using var folder = new TempFolder();
        ServerProcess[] servers =
        [
            new(1, folder.Write("one.properties", "node.id=7\nprocess.roles=broker,controller\n")), new(2, folder.Write("two.properties", "node.id=8\nprocess.roles=broker\n")),
        ];
        var stopped = new List<int>();
        var sheet = FlagTable.Find("kafka-server-stop")!;
        using var console = new ToolConsole(Stream.Null, Stream.Null, Stream.Null);
        var call = new ToolCall(sheet, OptionParser.Parse(sheet, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)), console, CancellationToken.None);
        var code = await ServerStopTool.RunAsync(call, servers, id =>
        {
            stopped.Add(id);
            return Task.CompletedTask;
        });
        Assert.That((code, stopped), Is.EqualTo((0, new List<int>(expected))).UsingPropertiesComparer());
    }

    [Test]
    public async Task Nothing_to_stop_is_a_failure()
    {
        var sheet = FlagTable.Find("kafka-server-stop")!;
        using var output = new MemoryStream();
        using var console = new ToolConsole(Stream.Null, output, Stream.Null);
        Assert.That(await ServerStopTool.RunAsync(new ToolCall(sheet, OptionParser.Parse(sheet, []), console, CancellationToken.None), [], static _ => Task.CompletedTask), Is.EqualTo(1));
    }

    [Test]
    public void Kafkas_files_are_imported_as_YAML()
    {
        using var folder = new TempFolder();
        var file = folder.Write("server.properties", "node.id=1\nlog.retention.hours=24\n");
        using var text = new StringWriter { NewLine = "\n" };
        var users = Path.Combine(folder.Path, "credentials");
        Assert.That(new ConfigImport(file, null, users, null).Run(text, TextWriter.Null), Is.Zero);
        Assert.That(text.ToString(), Does.Contain("node").And.Contain("24"));
        Assert.That(File.Exists(users), Is.False);
        Assert.That(new ConfigImport("/nowhere/server.properties", null, users, null).Run(text, TextWriter.Null), Is.EqualTo(1));
    }

    private static void AddProcess(TempFolder proc, int id, params string[] words)
    {
        var folder = Directory.CreateDirectory(Path.Combine(proc.Path, $"{id}")).FullName;
        File.WriteAllText(Path.Combine(folder, "cmdline"), string.Join('\0', words) + "\0");
    }
}
