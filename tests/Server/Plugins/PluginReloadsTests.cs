using System.Buffers;
using System.Text;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Server.Hosting;
using Kafka.Modular.Server.Tests.Support;
using Kafka.Modular.Telemetry.Exposition;

namespace Kafka.Modular.Server.Tests.Plugins;

public sealed class PluginReloadsTests
{
    private ReloadFixture _fixture = null!;

    [SetUp]
    public async Task StartAsync() => _fixture = await ReloadFixture.StartAsync();

    [TearDown]
    public async Task StopAsync() => await _fixture.DisposeAsync();

    [Test]
    public async Task A_plugin_with_a_dependency_of_another_version_than_the_servers_is_loaded_swapped_and_unloaded()
    {
        var before = _fixture.Plugins;
        Assert.That(VersionsOf("YamlDotNet"), Does.Contain("16.0.0.0").And.Contain(typeof(YamlDotNet.Core.Parser).Assembly.GetName().Version!.ToString()));
        using var old = await _fixture.LoginAsync();
        _fixture.Install("2.0.0");

        var report = await _fixture.ReloadAsync();

        Assert.That(report.IsDone, string.Join("; ", report.Lines));
        Assert.That(report.Lines, Has.Some.StartsWith("sasl sample: generation 2, version 2.0.0.0"));
        Assert.That(_fixture.Log, Has.One.Contains("Generation 2 of the plugins is in use"));
        await _fixture.LoginAsync("bob");
        Assert.That((await MetadataAsync(old)).Brokers, Has.Count.EqualTo(1), "a client that was logged in goes on");
        await _fixture.WaitUntilUnloadedAsync();
        Assert.That(before.Number, Is.EqualTo(2));
    }

    [Test]
    public async Task The_metric_counts_old_generations_until_they_are_unloaded()
    {
        var waiting = await _fixture.ConnectAsync();
        Assert.That((await _fixture.ReloadAsync()).IsDone);
        await _fixture.WaitUntilUnloadedAsync(1);
        Assert.That(Metrics(), Does.Contain("kafka_modular_plugin_generation{kind=\"sasl\",plugin=\"sample\"} 2").And.Contain("kafka_modular_plugin_old_generations{kind=\"sasl\",plugin=\"sample\"} 1"));

        Assert.That(await ReloadFixture.TokenAsync(waiting, "alice", "alice-secret"), Is.EqualTo(ErrorCode.None), "an exchange ends with the generation that began it");
        await _fixture.WaitUntilUnloadedAsync();
        Assert.That(Metrics(), Does.Contain("kafka_modular_plugin_old_generations{kind=\"sasl\",plugin=\"sample\"} 0"));
    }

    [Test]
    public async Task A_fifth_old_generation_is_refused_until_one_is_let_go()
    {
        var waiting = new List<WireClient>();
        for (var generation = 0; generation < 4; generation++)
        {
            waiting.Add(await _fixture.ConnectAsync());
            Assert.That((await _fixture.ReloadAsync()).IsDone);
        }

        var refused = await _fixture.ReloadAsync();
        Assert.That(refused.IsDone, Is.False);
        Assert.That(refused.Lines.Single(), Does.StartWith("4 older generations are still in memory"));
        Assert.That(_fixture.Log, Has.One.Contains("The plugins were not replaced, generation 5 stays in use: 4 older"));

        Assert.That(await ReloadFixture.TokenAsync(waiting[2], "alice", "alice-secret"), Is.EqualTo(ErrorCode.None));
        await _fixture.WaitUntilUnloadedAsync(3);
        Assert.That((await _fixture.ReloadAsync()).IsDone);
    }

    [Test]
    public async Task Reloads_in_a_row_wait_for_authorizers_that_are_only_kept_for_a_while()
    {
        _fixture.Plugins.DrainTime = TimeSpan.FromSeconds(2);
        for (var generation = 2; generation <= 7; generation++)
        {
            var report = await _fixture.ReloadAsync();
            Assert.That(report.IsDone, $"{generation}: {string.Join("; ", report.Lines)}");
        }

        Assert.That(_fixture.Plugins.OldCount, Is.LessThanOrEqualTo(4));
        await _fixture.WaitUntilUnloadedAsync();
    }

    [Test]
    public async Task A_folder_that_is_put_in_the_place_of_another_is_taken()
    {
        var next = Path.Combine(_fixture.Folders.Root, "next");
        ReloadFixture.Install("2.0.0", next);
        Directory.Move(_fixture.Sample, Path.Combine(_fixture.Folders.Root, "before"));
        Directory.Move(next, _fixture.Sample);

        var report = await _fixture.ReloadAsync();

        Assert.That(report.Lines, Has.Some.StartsWith("sasl sample: generation 2, version 2.0.0.0"));
        await _fixture.LoginAsync();
    }

    [Test]
    public async Task Assemblies_that_are_overwritten_with_rubbish_leave_the_generation_in_use_and_say_why()
    {
        await _fixture.LoginAsync();
        foreach (var file in Directory.GetFiles(_fixture.Sample, "*.dll"))
            File.WriteAllBytes(file, new byte[100]);

        var report = await _fixture.ReloadAsync();

        Assert.That(report.IsDone, Is.False);
        Assert.That(report.Lines.Single(), Does.Contain("Kafka.Modular.SamplePlugin.dll cannot be loaded"));
        Assert.That(_fixture.Log.Count(static line => line.Contains("were not replaced", StringComparison.Ordinal)), Is.EqualTo(1));
        await _fixture.LoginAsync();
    }

    [TestCase("", "there is no user in")]
    [TestCase("alice", "is not a mapping")]
    [TestCase(null, "Could not find file")]
    public async Task A_plugin_that_fails_its_test_of_itself_is_not_used(string? users, string reason)
    {
        File.Delete(_fixture.UsersFile);
        if (users is not null)
            File.WriteAllText(_fixture.UsersFile, users.Length == 0 ? "{}" : users);

        var report = await _fixture.ReloadAsync();

        Assert.That(report.IsDone, Is.False);
        Assert.That(report.Lines.Single(), Does.StartWith("plugins.sasl: the test of 'PLAIN' of itself failed: ").And.Contains(reason));
        await _fixture.LoginAsync();
        await _fixture.WaitUntilUnloadedAsync();
        Assert.That(_fixture.Plugins.Number, Is.EqualTo(1));
    }

    [Test]
    public async Task Another_plugin_is_taken_when_the_configuration_says_so()
    {
        _fixture.Configure(more: $"listener.name.sasl_plaintext.plain.sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"alice-secret\";'");
        File.WriteAllText(_fixture.ConfigurationFile, File.ReadAllText(_fixture.ConfigurationFile)
            .Replace($"[{_fixture.Folders.Plugins}, ", "[", StringComparison.Ordinal).Replace("sample.users.file:", "#", StringComparison.Ordinal));

        var report = await _fixture.ReloadAsync();

        Assert.That(report.IsDone, string.Join("; ", report.Lines));
        Assert.That(report.Lines, Has.Some.StartsWith("sasl plain: generation 2"));
        Assert.That(report.Lines[^1], Does.Contain("plugins.path").And.Not.Contain("alice-secret"));
        await _fixture.LoginAsync();
        Assert.That(await ReloadFixture.TokenAsync(await _fixture.ConnectAsync(), "bob", "bob-secret"), Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
    }

    [Test]
    public async Task Super_users_change_without_a_restart()
    {
        using var bob = await _fixture.LoginAsync("bob");
        Assert.That(await CreateAsync(bob, "a"), Is.EqualTo(ErrorCode.ClusterAuthorizationFailed).Or.EqualTo(ErrorCode.TopicAuthorizationFailed));

        _fixture.Configure(superUsers: "User:bob");
        var report = await _fixture.ReloadAsync();

        Assert.That(report.Lines[^1], Is.EqualTo("changed keys: super.users"));
        Assert.That(await CreateAsync(bob, "a"), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task One_plugin_is_replaced_and_the_others_stay()
    {
        for (var reload = 1; reload <= 6; reload++)
        {
            var report = await _fixture.Plugins.ReloadAsync(["acl"], CancellationToken.None);
            Assert.That(report.IsDone, string.Join("; ", report.Lines));
            Assert.That(report.Lines.Single(), Does.StartWith($"authorizer acl: generation {reload + 1}, "));
            await _fixture.LoginAsync();
            await _fixture.WaitUntilUnloadedAsync();
        }

        Assert.That(_fixture.Plugins.List(), Has.Some.StartsWith("sasl sample: generation 1, version 1.0.0.0").And.Some.StartsWith("authorizer acl: generation 7, "));
        _fixture.Install("2.0.0");
        Assert.That((await _fixture.Plugins.ReloadAsync(["sample"], CancellationToken.None)).Lines.Single(), Does.StartWith("sasl sample: generation 8, version 2.0.0.0"));
        await _fixture.LoginAsync("bob");
        await _fixture.WaitUntilUnloadedAsync();
        Assert.That(_fixture.Plugins.List(), Has.Some.StartsWith("sasl sample: generation 8, ").And.Some.StartsWith("authorizer acl: generation 7, "));
        Assert.That(Metrics(), Does.Contain("kafka_modular_plugin_generation{kind=\"sasl\",plugin=\"sample\"} 8").And.Contain("kafka_modular_plugin_generation{kind=\"authorizer\",plugin=\"acl\"} 7"));
    }

    [Test]
    public async Task A_reload_of_one_plugin_takes_its_own_keys_and_refuses_others_and_names_that_there_are_not()
    {
        Assert.That((await _fixture.Plugins.ReloadAsync(["nothing"], CancellationToken.None)).Lines.Single(), Is.EqualTo("there is no plugin nothing in use that could be replaced; there are sample, acl"));
        _fixture.Configure(superUsers: "User:bob");
        Assert.That(
            (await _fixture.Plugins.ReloadAsync(["sample"], CancellationToken.None)).Lines.Single(),
            Is.EqualTo("super.users has changed too, which is not a key of sample; a reload of all plugins takes it"));
        var report = await _fixture.Plugins.ReloadAsync(["acl"], CancellationToken.None);
        Assert.That(report.Lines[^1], Is.EqualTo("changed keys: super.users"));
        using var bob = await _fixture.LoginAsync("bob");
        Assert.That(await CreateAsync(bob, "a"), Is.EqualTo(ErrorCode.None));
        await _fixture.WaitUntilUnloadedAsync();
    }

    [Test]
    public async Task The_verb_replaces_those_that_it_names()
    {
        await using var requests = new OperatorRequests(_fixture.Folders.Root, _fixture.Plugins, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var report = await ControlClient.AskAsync(Path.Combine(_fixture.Folders.Root, ControlSocket.FileName), $"{ControlClient.Reload} acl", CancellationToken.None);
        Assert.That((report!.IsDone, report.Lines.Count), Is.EqualTo((true, 1)));
        Assert.That(report.Lines[0], Does.StartWith("authorizer acl: generation 2, "));
    }

    [TestCase("alice")]
    [TestCase("bob")]
    public async Task Authorizers_that_have_decided_are_unloaded(string user)
    {
        using var client = await _fixture.LoginAsync(user);
        for (var reload = 1; reload <= 10; reload++)
        {
            for (var request = 0; request < 20; request++)
            {
                await CreateAsync(client, $"topic-{reload}-{request % 3}");
                await MetadataAsync(client);
            }

            var report = await _fixture.ReloadAsync();
            Assert.That(report.IsDone, string.Join("; ", report.Lines));
            await _fixture.WaitUntilUnloadedAsync();
        }

        Assert.That(_fixture.Plugins.Number, Is.EqualTo(11));
    }

    [Test]
    public async Task Keys_that_need_a_restart_are_named_and_nothing_changes()
    {
        _fixture.Configure(superUsers: "User:bob", more: "background.threads: 3\nsocket.send.buffer.bytes: 200000");

        var report = await _fixture.ReloadAsync();

        Assert.That(report.IsDone, Is.False);
        Assert.That(report.Lines.Single(), Does.Contain("socket.send.buffer.bytes was added, which needs a restart").And.Contain("server.yaml:"));
        using var bob = await _fixture.LoginAsync("bob");
        Assert.That(await CreateAsync(bob, "a"), Is.Not.EqualTo(ErrorCode.None));
        Assert.That(_fixture.Plugins.Number, Is.EqualTo(1));
    }

    [TestCase("plugins.authorizer: acl", "#", "super.users: not a known key")]
    [TestCase("sasl.enabled.mechanisms: PLAIN", "sasl.enabled.mechanisms: TELEPATHY", "plugin 'TELEPATHY' was not found")]
    [TestCase("node.id: 1", "node.id: one", "node.id")]
    public async Task A_configuration_that_cannot_be_used_is_refused_with_the_reason(string old, string replacement, string reason)
    {
        File.WriteAllText(_fixture.ConfigurationFile, File.ReadAllText(_fixture.ConfigurationFile).Replace(old, replacement, StringComparison.Ordinal));
        var report = await _fixture.ReloadAsync();
        Assert.That(report.IsDone, Is.False);
        Assert.That(report.Lines, Has.Some.Contains(reason));
        await _fixture.LoginAsync();
    }

    [Test]
    public void The_list_tells_generations_versions_and_folders()
        => Assert.That(_fixture.Plugins.List(), Has.Some.EqualTo($"sasl sample: generation 1, version 1.0.0.0, from {_fixture.Sample}, 0 old in memory").And.Some.StartsWith("authorizer acl: generation 1").And.Some.StartsWith("storage memory: loaded once"));

    private static string VersionsOf(string assembly) => string.Join(' ', AppDomain.CurrentDomain.GetAssemblies()
        .Where(each => each.GetName().Name == assembly).Select(each => each.GetName().Version));

    private static async Task<MetadataResponse> MetadataAsync(WireClient client) => await client.SendAsync(new MetadataRequest { Topics = [] });

    private static async Task<ErrorCode> CreateAsync(WireClient client, string topic)
    {
        var request = new CreateTopicsRequest { TimeoutMs = 10_000 };
        request.Topics.Add(new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 });
        return (await client.SendAsync(request)).Topics[0].ErrorCode;
    }

    private string Metrics()
    {
        var page = new ArrayBufferWriter<byte>();
        PrometheusPage.Write(_fixture.Broker.Metrics, page);
        return Encoding.UTF8.GetString(page.WrittenSpan);
    }
}
