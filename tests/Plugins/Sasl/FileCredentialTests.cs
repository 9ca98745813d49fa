using Kafka.Modular.Credentials.File;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Plugins.Tests.Sasl;

public sealed class FileCredentialTests : IDisposable
{
    private const int Iterations = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-credentials-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private string FilePath => Path.Combine(_folder, "users");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Hashes_of_either_form_are_compared_and_those_of_scram_serve_scram()
    {
        Write(CredentialFile.Empty.With("alice", [Hash(StoredPassword.Pbkdf2, "a", Iterations)]).With("bob smith", [Hash("SCRAM-SHA-512", "b", 4096)]));
        using var store = Open();
        Assert.That(await store.CheckPasswordAsync("alice", "a", default), Is.EqualTo(PasswordCheck.Accepted));
        Assert.That(await store.CheckPasswordAsync("alice", "a", default), Is.EqualTo(PasswordCheck.Accepted), "remembered");
        Assert.That(await store.CheckPasswordAsync("alice", "b", default), Is.EqualTo(PasswordCheck.WrongPassword));
        Assert.That(await store.CheckPasswordAsync("bob smith", "b", default), Is.EqualTo(PasswordCheck.Accepted));
        Assert.That(await store.CheckPasswordAsync("carol", "", default), Is.EqualTo(PasswordCheck.UnknownUser));
        Assert.That(await store.FindScramAsync("SCRAM-SHA-512", "bob smith", default), Is.Not.Null);
        Assert.That(await store.FindScramAsync("SCRAM-SHA-256", "bob smith", default), Is.Null);
        Assert.That(await store.FindScramAsync("SCRAM-SHA-512", "alice", default), Is.Null);
    }

    [Test]
    public async Task A_file_that_changes_is_read_again_and_one_that_makes_no_sense_is_not()
    {
        Write(CredentialFile.Empty.With("alice", [Hash(StoredPassword.Pbkdf2, "old", Iterations)]));
        using var store = Open();
        Assert.That(await store.CheckPasswordAsync("alice", "old", default), Is.EqualTo(PasswordCheck.Accepted));
        Write(CredentialFile.Empty.With("alice", [Hash(StoredPassword.Pbkdf2, "new", Iterations)]).With("bob", [Hash(StoredPassword.Pbkdf2, "b", Iterations)]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await store.CheckPasswordAsync("alice", "old", default), Is.EqualTo(PasswordCheck.WrongPassword));
        Assert.That(await store.CheckPasswordAsync("alice", "new", default), Is.EqualTo(PasswordCheck.Accepted));
        File.WriteAllText(FilePath, "nonsense");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await store.CheckPasswordAsync("bob", "b", default), Is.EqualTo(PasswordCheck.Accepted));
    }

    [TestCase("{PBKDF2-SHA512}1000$AAAA$AAAA alice")]
    [TestCase("{MD5}1$AAAA$AAAA alice")]
    [TestCase("{PBKDF2-SHA512}1000$AAAA alice")]
    [TestCase("s3cret")]
    public void A_line_that_makes_no_sense_stops_the_start_by_its_number(string line)
    {
        File.WriteAllText(FilePath, "# users\n" + line + "\n");
        var plugin = new FileCredentialPlugin();
        Assert.That(
            () => plugin.CreateStore(new PluginContext(NullLoggerFactory.Instance, _time, new Dictionary<string, string> { ["credentials.file.path"] = FilePath })),
            Throws.InstanceOf<PluginException>().With.Message.Contains("line 2").And.Message.Not.Contains("s3cret"));
    }

    // HMAC fills its key up with zeros, so the hash alone does not tell these apart.
    [Test]
    public async Task A_password_is_not_itself_with_NULs_behind_it([Values(StoredPassword.Pbkdf2, "SCRAM-SHA-256", "SCRAM-SHA-512")] string scheme)
    {
        Write(CredentialFile.Empty.With("alice", [Hash(scheme, "s3cret", 4096)]));
        using var store = Open();
        Assert.That(await store.CheckPasswordAsync("alice", "s3cret\0", default), Is.EqualTo(PasswordCheck.WrongPassword));
        Assert.That(await store.CheckPasswordAsync("alice", "s3cret", default), Is.EqualTo(PasswordCheck.Accepted));
        Assert.That(await store.CheckPasswordAsync("alice", "s3cret\0\0", default), Is.EqualTo(PasswordCheck.WrongPassword));
        Assert.That(() => Hash(scheme, "s3cret\0", 4096), Throws.ArgumentException.With.Message.Contains("NUL").And.Message.Not.Contains("s3cret"));
    }

    private static StoredPassword Hash(string scheme, string password, int iterations) => StoredPassword.Create(scheme, password, "saltsalt"u8, iterations);

    private void Write(CredentialFile file) => File.WriteAllText(FilePath, file.Format());

    private FileCredentialStore Open() => new(FilePath, _time, NullLogger.Instance);
}
