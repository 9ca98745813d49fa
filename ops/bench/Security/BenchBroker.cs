using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Kafka.Modular.Bench.Security;

/// <summary>A broker of its own process, with a listener for each way to come in. Without a wait between an attempt that fails and its answer.</summary>
internal sealed class BenchBroker : IDisposable
{
    public const string Password = "a password of the benchmark";
    private const int FileIterations = 210_000;
    private const string Mechanisms = "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512";

    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-bench-").FullName;
    private readonly Process _process;

    /// <summary>Starts one, and returns when it is ready.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="certificates">Its certificates.</param>
    /// <param name="authorizes">Whether ACLs decide; User:super may do everything.</param>
    public BenchBroker(SecurityOptions options, BenchCertificates certificates, bool authorizes)
    {
        (Plaintext, Ssl, MutualTls, Sasl) = (FreePort(), FreePort(), FreePort(), FreePort());
        var controller = FreePort();
        var file = Path.Combine(_folder, "broker.yaml");
        File.WriteAllText(Path.Combine(_folder, "users"), FileUser("stored"));
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            process.roles: [broker, controller]
            node.id: 1
            listeners: [SASL://localhost:{{Sasl}}, PLAIN://localhost:{{Plaintext}}, TLS://localhost:{{Ssl}}, MUTUAL://localhost:{{MutualTls}}, CONTROLLER://localhost:{{controller}}]
            advertised.listeners: [SASL://localhost:{{Sasl}}, PLAIN://localhost:{{Plaintext}}, TLS://localhost:{{Ssl}}, MUTUAL://localhost:{{MutualTls}}]
            listener.security.protocol.map: [SASL:SASL_PLAINTEXT, PLAIN:PLAINTEXT, TLS:SSL, MUTUAL:SSL, CONTROLLER:PLAINTEXT]
            inter.broker.listener.name: SASL
            controller.listener.names: [CONTROLLER]
            controller.quorum.bootstrap.servers: [localhost:{{controller}}]
            log.dirs: [{{_folder}}/data]
            offsets.topic.replication.factor: 1
            http.listeners: []
            ssl.keystore.location: {{certificates.BrokerPath}}
            ssl.truststore.location: {{certificates.AuthorityPath}}
            listener.name.mutual.ssl.client.auth: required
            sasl.enabled.mechanisms: [{{Mechanisms}}]
            sasl.mechanism.inter.broker.protocol: PLAIN
            listener.name.sasl.plain.sasl.jaas.config: a.PlainLoginModule required username="super" password="{{Password}}" user_super="{{Password}}" user_alice="{{Password}}";
            plugins.credentials: [file]
            credentials.file.path: {{_folder}}/users
            {{(authorizes ? "plugins.authorizer: acl\nsuper.users: User:super" : "")}}
            """).Replace("a.PlainLoginModule", "org.apache.kafka.common.security.plain.PlainLoginModule", StringComparison.Ordinal));
        var program = Path.Combine(options.Published, "kafka-modular");
        string[] users = ["--add-scram", $"SCRAM-SHA-256=[name=alice,password={Password}]", "--add-scram", $"SCRAM-SHA-512=[name=alice,password={Password}]"];
        using (var format = Process.Start(new ProcessStartInfo(program, ["format", "--config", file, "--cluster-id", "4L6g3nShT-eMCtK--X86sw", "--standalone", .. users]) { RedirectStandardOutput = true, UseShellExecute = false })!)
        {
            format.WaitForExit();
            if (format.ExitCode != 0)
                throw new InvalidOperationException("the broker's folder could not be formatted");
        }

        _process = Process.Start(new ProcessStartInfo("taskset", ["-c", options.BrokerCpus, program, "serve", "--config", file]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        WaitUntilReady();
    }

    public int Plaintext { get; }

    public int Ssl { get; }

    public int MutualTls { get; }

    public int Sasl { get; }

    public int Id => _process.Id;

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string FileUser(string name)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2(Password, salt, FileIterations, HashAlgorithmName.SHA512, 64);
        return string.Create(CultureInfo.InvariantCulture, $"{{PBKDF2-SHA512}}{FileIterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)} {name}\n");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void WaitUntilReady()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lines = new List<string>();
        _process.OutputDataReceived += (_, line) =>
        {
            lock (lines)
                lines.Add(line.Data ?? "");
            if (line.Data?.Contains("Ready: node", StringComparison.Ordinal) == true)
                ready.TrySetResult();
            else if (line.Data is null)
                ready.TrySetException(new InvalidOperationException("the broker did not start:\n" + string.Join('\n', lines)));
        };
        _process.BeginOutputReadLine();
        if (!ready.Task.Wait(s_startLimit))
            throw new InvalidOperationException("the broker did not start in time");
    }
}
