using Kafka.Modular.Cli.Tests.Support;

namespace Kafka.Modular.Cli.Tests.Serve;

public sealed class PluginsVerbTests
{
    [TestCase(2, "plugins", "reload", "--plugin", "a b")]
    [TestCase(2, "plugins", "list", "--plugin", "acl")]
    [TestCase(2, "plugins", "replace")]
    [TestCase(1, "plugins", "reload", "--plugin", "acl")]
    [TestCase(1, "plugins", "list")]
    public async Task The_exit_code_says_whether_the_command_line_or_the_server_is_at_fault(int expected, params string[] arguments)
    {
        using var folder = new TempFolder();
        var config = folder.Write("server.yaml", $"log.dirs: {folder.Path}\n");
        using var error = new StringWriter();
        Assert.That(await Program.RunVerbAsync([.. arguments, "--config", config], TextWriter.Null, error), Is.EqualTo(expected), error.ToString());
    }
}
