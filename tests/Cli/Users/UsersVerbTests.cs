using Kafka.Modular.Cli.Tests.Support;
using Kafka.Modular.Cli.Users;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Cli.Tests.Users;

public sealed class UsersVerbTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TempFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "users");

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_user_is_added_changed_listed_and_removed()
    {
        var added = await RunAsync("alice-secret\n", "add", "alice", "--file", FilePath);
        Assert.That(added, Is.EqualTo(new ToolRun(0, $"user alice was added to {FilePath}\n", "")));
        Assert.That(Stored("alice").Verify("alice-secret"));
        Assert.That(Stored("alice").ToString(), Is.EqualTo("PBKDF2-SHA512 with 210000 iterations"));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(FilePath), Is.EqualTo(Private));

        Assert.That((await RunAsync("other\n", "passwd", "alice", "--file", FilePath)).ExitCode, Is.Zero);
        Assert.That(Stored("alice").Verify("other"));
        Assert.That((await RunAsync("b\n", "add", "bob smith", "--file", FilePath, "--mechanism", "SCRAM-SHA-256", "--mechanism", "SCRAM-SHA-512", "--iterations", "4096")).ExitCode, Is.Zero);

        var listed = await RunAsync("", "list", "--file", FilePath);
        Assert.That(listed.Lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(["alice", "PLAIN", "PBKDF2-SHA512", "210000"]));
        var json = (await RunAsync("", "list", "--file", FilePath, "-o", "json")).Json;
        Assert.That(json[1].ToString().ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal), Is.EqualTo(
            """{"user":"bobsmith","mechanisms":["PLAIN","SCRAM-SHA-256","SCRAM-SHA-512"],"hashes":["SCRAM-SHA-256","SCRAM-SHA-512"],"iterations":[4096,4096]}"""));

        Assert.That((await RunAsync("", "remove", "alice", "--file", FilePath)).ExitCode, Is.Zero);
        Assert.That(CredentialFile.Parse(File.ReadAllText(FilePath)).Entries.Select(static entry => entry.Key), Is.All.EqualTo("bob smith"));
    }

    [Test]
    public async Task Comments_lines_that_make_no_sense_their_order_and_the_mode_stay()
    {
        var bob = StoredPassword.Create("SCRAM-SHA-512", "b", "saltsalt"u8, 4096).Format() + " bob";
        var alice = StoredPassword.Create("SCRAM-SHA-512", "a", "saltsalt"u8, 4096).Format() + " alice";
        File.WriteAllText(FilePath, $"# our users\n{alice}\n\nwhat is this\n{bob}");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FilePath, Private | UnixFileMode.GroupRead);
        var run = await RunAsync("new\n", "passwd", "alice", "--file", FilePath);
        Assert.That(run.ExitCode, Is.Zero);
        Assert.That(run.Error, Does.Contain($"{FilePath}:4 is not a hash and a name"));
        var lines = File.ReadAllText(FilePath).Split('\n');
        Assert.That((lines[0], lines[2], lines[3], lines[4], lines[5]), Is.EqualTo(("# our users", "", "what is this", bob, "")));
        Assert.That(lines[1], Does.EndWith(" alice").And.Not.EqualTo(alice));
        Assert.That(StoredPassword.TryParse(lines[1].Split(' ')[0], out var stored) && stored!.ToString() == "SCRAM-SHA-512 with 4096 iterations" && stored.Verify("new"), "hashed as before");
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(FilePath), Is.EqualTo(Private | UnixFileMode.GroupRead));
        Assert.That((await RunAsync("c\n", "add", "carol", "--file", FilePath)).ExitCode, Is.Zero);
        Assert.That(File.ReadAllLines(FilePath)[^1], Does.StartWith("{SCRAM-SHA-512}4096$").And.EndsWith(" carol"), "as most users are");
    }

    [Test]
    public async Task The_configuration_names_the_file()
    {
        var config = _folder.Write("server.yaml", $"credentials:\n  file:\n    path: {FilePath}\n");
        Assert.That((await RunAsync("a\n", "add", "alice", "--config", config)).ExitCode, Is.Zero);
        Assert.That(Stored("alice").Verify("a"));
        var without = _folder.Write("other.yaml", "node.id: 1\n");
        Assert.That((await RunAsync("a\n", "add", "alice", "--config", without)).Error, Is.EqualTo($"kafka-modular: {without} does not set credentials.file.path; --file names the file\n"));
    }

    [Test]
    public async Task A_password_comes_from_a_file_a_terminal_or_standard_input_and_is_never_shown()
    {
        var file = _folder.Write("password", "s3cret one\r\nnot this\n");
        var runs = new List<ToolRun> { await RunAsync("", "add", "a", "--file", FilePath, "--password-file", file), await RunAsync("s3cret two", "add", "b", "--file", FilePath, "--password-file", "-") };
        Queue<string> answers = new(["s3cret three", "s3cret three", "s3cret four", "other"]);
        runs.Add(await RunAsync(
            new PasswordInput(
                TextReader.Null,
                _ =>
                {
                    Assert.That(File.Exists(FilePath + ".new"), Is.False, "others may change the file meanwhile, and who gives up leaves nothing behind");
                    return answers.Dequeue();
                }),
            "add",
            "c",
            "--file",
            FilePath));
        var differs = await RunAsync(new PasswordInput(TextReader.Null, _ => answers.Dequeue()), "add", "d", "--file", FilePath);
        Assert.That((Stored("a").Verify("s3cret one"), Stored("b").Verify("s3cret two"), Stored("c").Verify("s3cret three")), Is.EqualTo((true, true, true)));
        Assert.That((differs.ExitCode, differs.Error), Is.EqualTo((1, "kafka-modular: the two passwords differ\n")));
        Assert.That(string.Concat(runs.Append(differs).Select(static run => run.Out + run.Error)) + File.ReadAllText(FilePath), Does.Not.Contain("s3cret"));
    }

    [TestCase("add alice", "user alice is in")]
    [TestCase("add bob --password-file /nowhere", "/nowhere")]
    [TestCase("passwd bob", "user bob is not in")]
    [TestCase("remove bob", "user bob is not in")]
    [TestCase("add bob", "standard input has no password on its first line")]
    [TestCase("add bob --iterations 4096", "", 0)]
    public async Task What_cannot_be_done_ends_with_1(string arguments, string expected, int code = 1)
    {
        await RunAsync("a\n", "add", "alice", "--file", FilePath);
        var before = File.ReadAllText(FilePath);
        var run = await RunAsync(code == 0 ? "b\n" : "", [.. arguments.Split(' '), "--file", FilePath]);
        Assert.That(run.ExitCode, Is.EqualTo(code));
        Assert.That(run.Error, Does.Contain(expected));
        Assert.That(File.ReadAllText(FilePath) == before, Is.EqualTo(code != 0));
        Assert.That(Directory.GetFiles(_folder.Path), Is.EqualTo([FilePath]));
    }

    [Test]
    public async Task A_password_with_a_NUL_is_refused()
    {
        var run = await RunAsync("s3c\0ret\n", "add", "alice", "--file", FilePath);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("the first line of standard input has a NUL").And.Not.Contain("s3c"));
        Assert.That(File.Exists(FilePath), Is.False);
    }

    [TestCase("list", "either --file or --config")]
    [TestCase("list --file users --config server.yaml", "either --file or --config")]
    [TestCase("add --file users", "Required argument missing")]
    [TestCase("add alice --file users --mechanism MD5", "MD5")]
    [TestCase("add alice --file users --iterations 3", "3 rounds are not accepted for PBKDF2-SHA512")]
    [TestCase("add alice --file users --mechanism SCRAM-SHA-256 --iterations 1000", "1000 rounds are not accepted for SCRAM-SHA-256")]
    [TestCase("list --file users -o xml", "xml")]
    [TestCase("ad alice", "ad")]
    public async Task A_wrong_command_line_ends_with_2(string arguments, string expected)
    {
        var run = await RunAsync("", arguments.Split(' '));
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((2, "")));
        Assert.That(run.Error, Does.Contain(expected));
    }

    [Test]
    public async Task A_file_that_is_not_there_is_named()
    {
        foreach (var verb in new[] { "list", "remove alice", "passwd alice" })
            Assert.That(await RunAsync("", [.. verb.Split(' '), "--file", FilePath]), Has.Property("ExitCode").EqualTo(1).And.Property("Error").Contains(FilePath));
    }

    [Test]
    public void Of_two_changes_at_once_none_is_lost()
    {
        var hash = StoredPassword.Create(StoredPassword.Pbkdf2, "x", "saltsalt"u8, 1000);
        Parallel.For(0, 16, number =>
        {
            using var edit = CredentialFileEdit.Begin(FilePath, mayBeMissing: true, TimeSpan.FromSeconds(60));
            edit.Lines.Set($"user{number}", [hash]);
            edit.Commit();
        });
        Assert.That(CredentialFile.Parse(File.ReadAllText(FilePath)).Entries, Has.Count.EqualTo(16));
        File.WriteAllText(FilePath + ".new", "");
        Assert.That(() => CredentialFileEdit.Begin(FilePath, mayBeMissing: true, TimeSpan.Zero), Throws.InstanceOf<IOException>().With.Message.Contains("remove that file"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task A_link_stays_a_link_and_its_target_changes()
    {
        var target = _folder.Write("target", "");
        File.CreateSymbolicLink(FilePath, target);
        Assert.That((await RunAsync("a\n", "add", "alice", "--file", FilePath)).ExitCode, Is.Zero);
        Assert.That((new FileInfo(FilePath).LinkTarget, File.ReadAllLines(target)), Is.EqualTo((target, File.ReadAllLines(FilePath))).UsingPropertiesComparer());
        Assert.That(Stored("alice").Verify("a"));
    }

    private StoredPassword Stored(string user) => CredentialFile.Parse(File.ReadAllText(FilePath)).Entries.Single(entry => entry.Key == user).Value;

    private static Task<ToolRun> RunAsync(string input, params string[] arguments) => RunAsync(new PasswordInput(new StringReader(input), ask: null), arguments);

    private static async Task<ToolRun> RunAsync(PasswordInput passwords, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await Program.RunVerbAsync(["users", .. arguments], output, error, passwords);
        return new ToolRun(code, output.ToString(), error.ToString());
    }
}
