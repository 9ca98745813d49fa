using Kafka.Modular.Server.Hosting;
using Kafka.Modular.Server.Plugins;
using Kafka.Modular.Server.Tests.Support;

namespace Kafka.Modular.Server.Tests.Hosting;

public sealed class ControlSocketTests
{
    private readonly LogRecorder _log = new();
    private string _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("kafka-modular-test-").FullName;

    [TearDown]
    public void RemoveFolder()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string SocketFile => Path.Combine(_folder, ControlSocket.FileName);

    [Test]
    public async Task A_request_is_answered_with_what_was_done_or_why_not()
    {
        await using var socket = Open();
        var done = await ControlClient.AskAsync(SocketFile, ControlClient.Reload, CancellationToken.None);
        var failed = await ControlClient.AskAsync(SocketFile, "else", CancellationToken.None);
        Assert.That((done!.IsDone, string.Join('|', done.Lines)), Is.EqualTo((true, "plugins reload|asked")));
        Assert.That((failed!.IsDone, string.Join('|', failed.Lines)), Is.EqualTo((false, "else|asked")));
    }

    [Test]
    public async Task Only_the_servers_user_may_open_it_and_it_goes_with_the_server()
    {
        await using (Open())
            Assert.That(OperatingSystem.IsWindows() || File.GetUnixFileMode(SocketFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.Exists(SocketFile), Is.False);
        Assert.That(await ControlClient.AskAsync(SocketFile, ControlClient.List, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task What_a_server_that_was_killed_left_is_in_nobodys_way()
    {
        await File.WriteAllTextAsync(SocketFile, "");
        await using var socket = Open();
        Assert.That(await ControlClient.AskAsync(SocketFile, ControlClient.List, CancellationToken.None), Is.Not.Null);
    }

    [Test]
    public void A_path_that_is_too_long_is_told_to_the_log_and_does_not_stop_the_server()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, new string('x', 120))).FullName;
        Assert.That(ControlSocket.Open(folder, static (_, _) => Task.FromResult(new PluginReport(true, [])), _log), Is.Null);
        Assert.That(_log.Lines.Single(), Does.StartWith("Warning kafka-modular plugins cannot reach this server, SIGHUP can"));
    }

    [TestCase("log.dirs: /a/data, /b/data\n", "/a/data/kafka-modular.sock")]
    [TestCase("log.dirs: [/a/data]\nmetadata.log.dir: /m\n", "/m/kafka-modular.sock")]
    [TestCase("log: {dir: /a}\nnot.a.key: 1\n", "/a/kafka-modular.sock")]
    [TestCase("node.id: 1\n", "/tmp/kafka-logs/kafka-modular.sock")]
    public void The_socket_is_found_by_the_configuration_file_whatever_else_is_in_it(string text, string expected)
    {
        var file = Path.Combine(_folder, "server.yaml");
        File.WriteAllText(file, text);
        Assert.That(ControlClient.SocketOf(file, []), Is.EqualTo(expected));
        Assert.That(ControlClient.SocketOf(file, ["metadata.log.dir=/over"]), Is.EqualTo("/over/kafka-modular.sock"));
    }

    private ControlSocket Open()
        => ControlSocket.Open(_folder, static (request, _) => Task.FromResult(new PluginReport(request == ControlClient.Reload, [request, "asked"])), _log)!;
}
