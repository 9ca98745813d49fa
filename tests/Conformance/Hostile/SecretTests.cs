using System.Text;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Tls;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>
/// Every secret that the executable is given is a text that can be recognized. Logins go well and fail, tools show and change, the start fails over this and that, all
/// of it at the most verbose level of the log; then whatever was written anywhere is searched for each of them.
/// </summary>
[Category("real")]
[NonParallelizable]
public sealed class SecretTests
{
    private const short Refused = 58;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task No_secret_is_written_anywhere_while_the_broker_runs()
    {
        await using SecretRun run = await SecretRun.CreateAsync();
        await run.Broker.StartAsync();
        await run.AsAdminAsync("kafka-configs", "--alter", "--entity-type", "broker-loggers", "--entity-name", "1", "--add-config", "root=TRACE");
        await LogInAsync(run);
        await ChangeUsersAsync(run);
        await RefuseAsync(run);
        await ReconfigureAsync(run);
        await ReloadAsync(run);
        await ShowAsync(run);
        await DumpAsync(run);
        string log = await EndAsync(run);

        Assert.That(log, Does.Contain(" DEBUG ").And.Contain("is Allowed operation").And.Contain("wrong password for user"));
        Assert.That(run.Found(), Is.Empty);
    }

    [Test]
    public async Task No_secret_is_written_when_the_start_fails()
    {
        await using SecretRun run = await SecretRun.CreateAsync();
        string whole = run.Configuration;
        string secret = run.Secrets.Plant("a value in the wrong place");
        string keyPassword = "ssl.key.password: " + run.Passwords["ssl.key.password"];
        foreach ((string Old, string New) change in new[]
        {
            (keyPassword, "ssl.key.password: " + secret),
            (keyPassword, $"ssl.key.password: \"{secret}"),
            (keyPassword, $"ssl.key.password: [{secret}, \"a,b{secret}\"]"),
            (keyPassword, $"ssl.key.password: [{secret}"),
            (keyPassword, $"ssl.key.password: {{{secret}}}"),
            (keyPassword, $"ssl.key.password: *{secret}"),
            (keyPassword, $"ssl.key.password: &{secret}"),
            (keyPassword, $"ssl.key.password: !{secret}"),
            (keyPassword, $"ssl.key.password: !{secret} x"),
            (keyPassword, $"ssl.key.password: a: {secret}"),
            (keyPassword, $"ssl.key.password: @{secret}"),
            (keyPassword, $"ssl.key.password: | {secret}"),
            (keyPassword, $"ssl.key.password:\n  {secret}: x"),
            (keyPassword, $"{keyPassword}\nssl.key.password: {secret}"),
            (keyPassword, $"{keyPassword}\nssl.key.pasword: {secret}"),
            (keyPassword, $"{keyPassword}\nlistener.name.nowhere.ssl.key.password: {secret}"),
            (keyPassword, $"{keyPassword}\nnum.io.threads: many"),
            ("ssl.truststore.password: " + run.Passwords["truststore"], "ssl.truststore.password: " + secret),
            ("ssl.keystore.type: PEM", "ssl.keystore.type: JKS\nssl.keystore.password: " + secret),
            ("ssl.keystore.key: |", $"ssl.keystore.location: {run.Files["broker.p12"]}\nssl.keystore.key: |"),
            ("user_bob=\"", $"user_eve=unquoted;{secret} user_bob=\""),
            ("user_bob=\"", $"{secret} user_bob=\""),
            ("user_bob=\"", $"user_eve=\"{secret}\"; {secret} user_bob=\""),
            ("PlainLoginModule required username=\"broker\"", secret),
            ("\";\nlistener", "\"\nlistener"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----"),
            ("${env:PLANTED_BROKER}", "${env:PLANTED_NOWHERE}"),
        })
        {
            string changed = whole.Replace(change.Old, change.New, StringComparison.Ordinal);
            Assert.That(changed, Is.Not.EqualTo(whole), "nothing to replace: " + change.Old[..Math.Min(24, change.Old.Length)]);
            await StartAsync(run, changed);
        }

        await run.RunAsync("serve", "--override", "ssl.key.password" + secret);
        await run.RunAsync("serve", "--overide", "ssl.key.password=" + secret);
        await run.RunAsync("serve", "--override", "num.io.threads=x", "--override", "ssl.key.password=" + secret);
        foreach (string argument in new[] { "SCRAM-SHA-512" + secret, $"SCRAM-SHA-512=[name=x,password=ab,{secret}]", $"SCRAM-SHA-512=[name=x,salt={secret}!,password=x]",
            $"SCRAM-SHA-512=[name=x,salt=AAAA,saltedpassword={secret}!]", $"SCRAM-SHA-512=password={secret}", $"SCRAM-SHA-1=[name=x,password={secret}]", $"SCRAM-SHA-512=[name=x,pass={secret}]",
            $"SCRAM-SHA-512=[name=x,iterations=1,password={secret}]", $"SCRAM-SHA-512=[password={secret}]" })
        {
            (int exitCode, string output) = await run.RunAsync("format", "--config", run.Broker.ConfigurationFile, "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--standalone", "--add-scram", argument);
            Assert.That(exitCode, Is.Not.Zero, output);
        }

        Assert.That(run.Found(), Is.Empty);
    }

    [Test]
    public async Task The_search_finds_what_a_verb_writes_because_it_must()
    {
        await using SecretRun run = await SecretRun.CreateAsync();
        string secret = run.Secrets.Plant("a password");
        await File.WriteAllTextAsync(run.Files["server.properties"], $"ssl.key.password={secret}\n");
        await run.RunAsync("config", "import", run.Files["server.properties"]);
        Assert.That(run.Found(), Has.Count.EqualTo(1));
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        for (int offset = 0; offset < 3; offset++)
        {
            Assert.That(run.Secrets.FindIn("x " + Convert.ToBase64String([.. new byte[offset], .. bytes, 9])), Is.Not.Empty);
        }

        Assert.That(run.Secrets.FindIn(Convert.ToHexString(bytes)), Is.Not.Empty);
        Assert.That(run.Secrets.FindIn("nothing"), Is.Empty);
    }

    // Where the configuration as such can be read, what is wrong shows once the folder is formatted, if at all.
    private static async Task StartAsync(SecretRun run, string security)
    {
        await using BrokerProcess broker = new("SASL_SSL", security);
        (int exitCode, string output) = await run.RunAsync("serve", "--config", broker.ConfigurationFile);
        Assert.That(exitCode, Is.Not.Zero, output);
        if (!output.Contains("kafka-modular format", StringComparison.Ordinal))
        {
            return;
        }

        (int formatted, string said) = await run.RunAsync("format", "--config", broker.ConfigurationFile, "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--standalone");
        Assert.That(formatted, Is.Zero, said);
        await using ChildProcess serve = ChildProcess.Start(
            "serve", BuildOutput.Program("host/Cli", "kafka-modular"), ["serve", "--config", broker.ConfigurationFile], environment: run.Broker.Environment);
        await serve.LineAsync("how the start ends", static line => line.Contains("Ready: node", StringComparison.Ordinal) || line.StartsWith("kafka-modular: ", StringComparison.Ordinal), s_limit);
        serve.SendTerminate();
        await serve.ExitAsync(s_limit);
        run.Keep("a start", serve.AllOutput);
    }

    private static async Task LogInAsync(SecretRun run)
    {
        string bootstrap = run.Broker.Bootstrap;
        foreach (string user in new[] { "alice", "bob", "broker", "carol" })
        {
            await using RawClient client = await RawClient.ConnectAsync(bootstrap, run.Files["ca.pem"]);
            Assert.That(await client.LogInAsync(user, run.Passwords[user]), Is.Zero, user);
            run.Keep("answers", client.Received);
        }

        string wrong = run.Secrets.Plant("a wrong password");
        foreach (string user in new[] { "alice", "carol", "nobody" })
        {
            await using RawClient client = await RawClient.ConnectAsync(bootstrap, run.Files["ca.pem"]);
            Assert.That(await client.LogInAsync(user, wrong), Is.EqualTo(Refused), user);
            run.Keep("answers", client.Received);
        }

        foreach (string mechanism in new[] { "SCRAM-SHA-256", "SCRAM-SHA-512" })
        {
            await using RawClient right = await RawClient.ConnectAsync(bootstrap, run.Files["ca.pem"]);
            Assert.That(await right.LogInAsync("admin", run.Passwords["admin"], mechanism), Is.Zero);
            await using RawClient other = await RawClient.ConnectAsync(bootstrap, run.Files["ca.pem"]);
            Assert.That(await other.LogInAsync("admin", wrong, mechanism), Is.EqualTo(Refused));
            run.Keep("answers", right.Received + other.Received);
        }

        await SendGarbageAsync(run);
    }

    private static async Task SendGarbageAsync(SecretRun run)
    {
        string garbage = run.Secrets.Plant("a password among garbage");
        byte[][] tokens =
        [
            Encoding.UTF8.GetBytes(garbage), Encoding.UTF8.GetBytes($"\0{garbage}\0\0\0{garbage}"), Encoding.UTF8.GetBytes($"other\0alice\0{garbage}"),
            Encoding.UTF8.GetBytes($"n,,n=x,r={garbage}\u0001"), Encoding.UTF8.GetBytes($"p=tls-unique,,n=x,r={garbage}"), [0xff, .. Encoding.UTF8.GetBytes(garbage)], Encoding.UTF8.GetBytes($"\0\0{garbage}"),
            Encoding.UTF8.GetBytes($"a\0alice\0{run.Passwords["alice"]}"),
        ];
        foreach (string mechanism in new[] { "PLAIN", "SCRAM-SHA-256" })
        {
            foreach (byte[] token in tokens)
            {
                await using RawClient client = await RawClient.ConnectAsync(run.Broker.Bootstrap, run.Files["ca.pem"]);
                Assert.That(await client.HandshakeAsync(mechanism), Is.Zero);
                Assert.That((await client.TokenAsync(token))?.Error, Is.EqualTo(Refused));

                await using RawClient bare = await RawClient.ConnectAsync(run.Broker.Bootstrap, run.Files["ca.pem"]);
                Assert.That(await bare.HandshakeAsync(mechanism, version: 0), Is.Zero);
                await bare.SendAsync(RawClient.Frame(token));
                Assert.That(await bare.IsClosedAsync(s_limit));
                run.Keep("answers", client.Received + bare.Received);
            }
        }

        // A token where a request is expected, and a request that is cut.
        foreach (byte[] bytes in new[] { RawClient.Frame(tokens[1]), [0, 36, 0, 1, .. tokens[0]], RawClient.Frame([0, 36, 0, 1, 0, 0, 0, 1, 0, 0, .. tokens[0]]) })
        {
            await using RawClient client = await RawClient.ConnectAsync(run.Broker.Bootstrap, run.Files["ca.pem"]);
            await client.SendAsync(bytes);
            Assert.That(await client.IsClosedAsync(s_limit));
        }
    }

    private static async Task ChangeUsersAsync(SecretRun run)
    {
        string dave = run.Secrets.Plant("dave's password");
        foreach (string mechanism in new[] { "SCRAM-SHA-256", "SCRAM-SHA-512" })
        {
            await run.AsAdminAsync("kafka-configs", "--alter", "--entity-type", "users", "--entity-name", "dave", "--add-config", $"{mechanism}=[iterations=8192,password={dave}]");
            await using RawClient client = await RawClient.ConnectAsync(run.Broker.Bootstrap, run.Files["ca.pem"]);
            Assert.That(await client.LogInAsync("dave", dave, mechanism), Is.Zero);
        }

        foreach (string refused in new[] { $"SCRAM-SHA-512=[iterations=100,password={dave}]", $"SCRAM-SHA-512=[pasword={dave}]", $"SCRAM-SHA-1=[password={dave}]", $"SCRAM-SHA-512=[{dave}]",
            $"SCRAM-SHA-512=[iterations=16385,password={dave}]", $"SCRAM-SHA-512[password={dave}]", $"SCRAM-SHA-512=[password={dave}],SCRAM-SHA-256=[password={dave}]" })
        {
            await run.RefusedAsync("kafka-configs", "--alter", "--entity-type", "users", "--entity-name", "dave", "--add-config", refused);
        }

        await run.AsAdminAsync("kafka-configs", "--describe", "--entity-type", "users", "--all");
        await run.AsAdminAsync("kafka-configs", "--describe", "--entity-type", "users", "-o", "json");
    }

    // Tools whose own properties are wrong.
    private static async Task RefuseAsync(SecretRun run)
    {
        string wrong = run.Secrets.Plant("a wrong password of a tool");
        foreach (string file in new[]
        {
            run.Client("1.properties", "PLAIN", "alice", wrong), run.Client("2.properties", "SCRAM-SHA-512", "admin", wrong), run.Client("3.properties", "SCRAM-SHA-512", "nobody", wrong),
            run.Client("4.properties", "SCRAM-SHA-1", "nobody", wrong), run.Client("5.properties", "PLAIN", "alice", wrong + "\" \"" + wrong), run.Client("6.properties", "PLAIN", "alice", wrong, "sasl.jaas.config=" + wrong),
            run.Client("7.properties", "PLAIN", "alice", wrong, "ssl.truststore.password=" + wrong), run.Client("8.properties", "PLAIN", "alice", wrong, "ssl.keystore.key=" + wrong),
            run.Client("9.properties", "PLAIN", "alice", wrong, $"ssl.keystore.location={run.Files["broker.p12"]}\nssl.keystore.password={wrong}"),
            run.Client("10.properties", "PLAIN", "alice", wrong, "request.timeout.ms=" + "soon"),
        })
        {
            (int exitCode, string output) = await run.RunAsync("kafka-topics", "--list", "--bootstrap-server", run.Broker.Bootstrap, "--command-config", file);
            Assert.That(exitCode, Is.Not.Zero, output);
        }

        await run.RunAsync(
            "kafka-console-consumer", "--bootstrap-server", run.Broker.Bootstrap, "--topic", "t", "--timeout-ms", "3000", "--command-config", run.Files["1.properties"]);
        await run.RunAsync(
            "kafka-console-consumer", "--bootstrap-server", run.Broker.Bootstrap, "--topic", "t", "--timeout-ms", "3000", "--command-property", "security.protocol=SASL_SSL",
            "--command-property", "sasl.mechanism=PLAIN", "--command-property", "sasl.jaas.config=" + wrong);
    }

    private static async Task ReconfigureAsync(SecretRun run)
    {
        const string Prefix = "listener.name.sasl_ssl.";
        string[] broker = ["--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config"];
        string wrong = run.Secrets.Plant("a wrong password in a dynamic value");
        string erin = run.Secrets.Plant("erin's password");
        await run.Files.CertificateAsync("renewed", "ca", subject: "broker");
        foreach (string password in new[] { wrong, run.Secrets.Plant("the password of a new key") })
        {
            await OpenSslFiles.OpenSslAsync("pkcs8", "-topk8", "-in", run.Files["renewed.key"], "-out", run.Files["renewed.enc"], "-passout", "pass:" + (password == wrong ? "other" : password));
            run.Secrets.AddKey("a new key", await File.ReadAllTextAsync(run.Files["renewed.enc"]));
            await File.WriteAllTextAsync(run.Files["new.properties"], $"""
                {Prefix}ssl.keystore.key={Escaped(run, "renewed.enc")}
                {Prefix}ssl.keystore.certificate.chain={Escaped(run, "renewed.pem")}
                {Prefix}ssl.key.password={password}
                {Prefix}ssl.keystore.password={run.Passwords["ssl.keystore.password"]}
                {Prefix}ssl.truststore.password={run.Passwords["truststore"]}
                """);
            if (password == wrong)
            {
                await run.RefusedAsync("kafka-configs", [.. broker[..^1], "--add-config-file", run.Files["new.properties"]]);
                continue;
            }

            int lines = run.Broker.Process.LineCount;
            await run.AsAdminAsync("kafka-configs", [.. broker[..^1], "--add-config-file", run.Files["new.properties"]]);
            await run.Broker.Process.LineAsync("the new key", static line => line.Contains("uses the certificate of CN=broker", StringComparison.Ordinal), s_limit, lines);
        }

        string jaas = Prefix + "plain.sasl.jaas.config=[org.apache.kafka.common.security.plain.PlainLoginModule required ";
        await run.RunAsync(["kafka-configs", "--bootstrap-server", run.Broker.Bootstrap, "--command-config", run.Files["admin.properties"], .. broker, $"{jaas}user_erin=\"{wrong}\"]"]);
        await run.AsAdminAsync("kafka-configs", [.. broker, $"{jaas}user_broker=\"{run.Passwords["broker"]}\" user_alice=\"{run.Passwords["alice"]}\" user_erin=\"{erin}\";]"]);
        await run.RefusedAsync("kafka-configs", [.. broker, $"ssl.keystore.password={wrong}"]);
        await run.RefusedAsync("kafka-configs", [.. broker, $"num.io.threads=many,{Prefix}ssl.key.password={wrong}"]);
        await run.RunAsync(["kafka-configs", "--bootstrap-server", run.Broker.Bootstrap, "--command-config", run.Files["admin.properties"], .. broker, $"my.own.password={wrong}"]);
        await run.RunAsync(["kafka-configs", "--bootstrap-server", run.Broker.Bootstrap, "--command-config", run.Files["admin.properties"], .. broker, $"{Prefix}ssl.keystore.key={wrong}"]);
        await run.RefusedAsync("kafka-configs", "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", $"{Prefix}ssl.keystore.password={wrong}");
        await using RawClient client = await RawClient.ConnectAsync(run.Broker.Bootstrap, run.Files["ca.pem"]);
        Assert.That(await client.LogInAsync("erin", erin), Is.Zero);
        run.Keep("answers", client.Received);
    }

    private static string Escaped(SecretRun run, string file) => File.ReadAllText(run.Files[file]).Replace("\n", "\\n", StringComparison.Ordinal);

    private static async Task ReloadAsync(SecretRun run)
    {
        string file = run.Broker.ConfigurationFile;
        await run.RunAsync("plugins", "list", "--config", file);
        (int exitCode, string output) = await run.RunAsync("plugins", "reload", "--config", file);
        Assert.That(exitCode, Is.Zero, output);
        string good = await File.ReadAllTextAsync(file);
        string secret = run.Secrets.Plant("a password in a configuration that is refused");
        foreach ((string Old, string New) change in new[]
        {
            ("ssl.key.password: ", $"ssl.key.pasword: {secret}\nssl.key.password: "), ("delegation.token.secret.key: ", $"delegation.token.secret.key: {secret}"),
            ("user_bob=\"", $"user_bob={secret};{secret} x=\""), ("super.users: ", "super.users: nonsense;"),
        })
        {
            await File.WriteAllTextAsync(file, good.Replace(change.Old, change.New, StringComparison.Ordinal));
            await run.RunAsync("plugins", "reload", "--config", file);
        }

        int lines = run.Broker.Process.LineCount;
        string users = await File.ReadAllTextAsync(run.Files["users"]);
        await File.WriteAllTextAsync(run.Files["users"], $"{{PBKDF2-SHA512}}1000${secret}${secret} frank\n{secret}\n");
        await File.WriteAllTextAsync(file, good);
        await run.RunAsync("plugins", "reload", "--config", file);
        run.Broker.Process.SendHangup();
        await run.Broker.Process.LineAsync("what is wrong with the credential file", line => line.Contains(run.Files["users"], StringComparison.Ordinal), s_limit, lines);
        await File.WriteAllTextAsync(run.Files["users"], users);
    }

    private static async Task ShowAsync(SecretRun run)
    {
        string file = run.Broker.ConfigurationFile;
        foreach (string[] format in new string[][] { [], ["-o", "json"] })
        {
            await run.AsAdminAsync("kafka-configs", ["--describe", "--all", "--entity-type", "brokers", "--entity-name", "1", .. format]);
            await run.AsAdminAsync("kafka-configs", ["--describe", "--entity-type", "brokers", "--entity-name", "1", .. format]);
            await run.AsAdminAsync("kafka-configs", ["--describe", "--all", "--entity-type", "brokers", "--entity-default", .. format]);
            await run.AsAdminAsync("kafka-broker-api-versions", format);
            await run.AsAdminAsync("kafka-metadata-quorum", [.. format, "describe", "--status"]);
            await run.AsAdminAsync("kafka-features", [.. format, "describe"]);
            await run.AsAdminAsync("kafka-acls", ["--list", .. format]);
            await run.RunAsync(["acls", "explain", "--bootstrap-server", run.Broker.Bootstrap, "--command-config", run.Files["admin.properties"], "--principal", "User:alice", "--operation", "Read", "--topic", "t", .. format]);
        }

        await run.RefusedAsync("kafka-topics", "--create", "--topic", "a b");
        string frank = run.Secrets.Plant("frank's password");
        await File.WriteAllTextAsync(run.Files["frank"], frank + "\n");
        foreach (string verb in new[] { "add", "add", "passwd" })
        {
            await run.RunAsync("users", verb, "frank", "--file", run.Files["users"], "--password-file", run.Files["frank"], "--iterations", "4096");
        }

        await run.RunAsync("users", "list", "--file", run.Files["users"], "-o", "json");
        await File.WriteAllTextAsync(run.Files["old.properties"], $"listener.name.x.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_frank=\"{frank}\";\n");
        await run.RunAsync("config", "import", run.Files["old.properties"], "--credentials", run.Files["imported"]);
        await run.RunAsync("config", "show", "--all", "--config", file);
        await run.RunAsync("config", "check", "--config", file);
        foreach (string key in new[] { "ssl.key.password", "sasl.jaas.config", "listener.name.sasl_ssl.plain.sasl.jaas.config", "ssl.keystore.key" })
        {
            await run.RunAsync("config", "explain", key, "--config", file);
        }

        foreach (string path in new[] { "/metrics", "/healthz", "/readyz", "/", "/nothing" })
        {
            await run.PageAsync(path);
        }
    }

    private static async Task DumpAsync(SecretRun run)
    {
        foreach (string[] format in new string[][] { [], ["-o", "json"] })
        {
            (int exitCode, string output) = await run.RunAsync(["dump-log", Path.Combine(run.Broker.DataFolder, "__cluster_metadata-0"), .. format]);
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("CONFIG_RECORD").And.Contain("USER_SCRAM_CREDENTIAL_RECORD"));
        }

        string log = Directory.GetFiles(Path.Combine(run.Broker.DataFolder, "__cluster_metadata-0"), "*.log").Order(StringComparer.Ordinal).First();
        await run.RunAsync("kafka-dump-log", "--files", log, "--cluster-metadata-decoder");
    }

    private static async Task<string> EndAsync(SecretRun run)
    {
        run.Broker.Process.SendQuit();
        await run.Broker.Process.ExitAsync(s_limit);
        string log = run.Broker.Process.AllOutput;
        run.Keep("the broker's log", log);
        await run.Broker.StartAsync();
        await run.Broker.StopAsync();
        run.Keep("the broker's log", run.Broker.Process.AllOutput);
        return log;
    }
}
