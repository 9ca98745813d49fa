using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kafka.Modular.Conformance.Broker;
using Kafka.Modular.Conformance.Tls;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>A broker whose every secret is planted, and what was written by it and by tools, for a search.</summary>
internal sealed class SecretRun : IAsyncDisposable
{
    private const int Iterations = 4096;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly OpenSslFiles _files = new();
    private readonly List<(string What, string Text)> _written = [];
    private readonly int _httpPort = FreePort.Take();
    private BrokerProcess? _broker;

    public PlantedSecrets Secrets { get; } = new();

    public OpenSslFiles Files => _files;

    public BrokerProcess Broker => _broker!;

    /// <summary>Passwords that are used more than once, by user.</summary>
    public Dictionary<string, string> Passwords { get; } = new(StringComparer.Ordinal);

    /// <summary>The configuration file's part on security.</summary>
    public string Configuration { get; private set; } = "";

    public static async Task<SecretRun> CreateAsync()
    {
        SecretRun run = new();
        await run.PrepareAsync();
        return run;
    }

    /// <summary>Keeps a text for the search.</summary>
    public void Keep(string what, string text) => _written.Add((what, text));

    /// <summary>Runs a verb or tool of the executable and keeps what it writes.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string what = string.Join(' ', arguments.Where(static argument => !argument.Contains('=', StringComparison.Ordinal)));
        await using ChildProcess process = ChildProcess.Start(
            what, BuildOutput.Program("host/Cli", "kafka-modular"), arguments, environment: new Dictionary<string, string>(_broker?.Environment ?? []));
        process.CloseInput();
        int exitCode = await process.ExitAsync(s_limit);
        Keep(what, process.AllOutput);
        return (exitCode, process.AllOutput);
    }

    /// <summary>Runs a tool as the administrator, who may do everything.</summary>
    public async Task<string> AsAdminAsync(string tool, params string[] arguments)
    {
        (int exitCode, string output) = await RunAsync([tool, "--bootstrap-server", Broker.Bootstrap, "--command-config", _files["admin.properties"], .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    /// <summary>Runs a tool as the administrator; it has to fail.</summary>
    public async Task<string> RefusedAsync(string tool, params string[] arguments)
    {
        (int exitCode, string output) = await RunAsync([tool, "--bootstrap-server", Broker.Bootstrap, "--command-config", _files["admin.properties"], .. arguments]);
        Assert.That(exitCode, Is.Not.Zero, output);
        return output;
    }

    /// <summary>A file of client properties for a user.</summary>
    public string Client(string name, string mechanism, string user, string password, string more = "")
    {
        string module = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        File.WriteAllText(_files[name], $"""
            security.protocol=SASL_SSL
            sasl.mechanism={mechanism}
            sasl.jaas.config=org.apache.kafka.common.security.{module} required username="{user}" password="{password}";
            ssl.truststore.location={_files["trust.p12"]}
            ssl.truststore.password={Passwords["truststore"]}
            default.api.timeout.ms=10000
            {more}
            """);
        return _files[name];
    }

    /// <summary>A page of the broker's monitoring.</summary>
    public async Task<string> PageAsync(string path)
    {
        using HttpClient http = new() { Timeout = s_limit };
        using HttpResponseMessage response = await http.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{_httpPort}{path}")));
        string text = await response.Content.ReadAsStringAsync();
        Keep(path, text);
        return text;
    }

    /// <summary>Each secret that turned up, with where.</summary>
    public IReadOnlyList<string> Found() =>
        [.. _written.SelectMany(written => Secrets.FindIn(written.Text).Select(found => $"{written.What}: {found}")).Distinct(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _files.Dispose();
    }

    private string Plant(string name) => Passwords[name] = Secrets.Plant(name);

    private async Task PrepareAsync()
    {
        await _files.AuthorityAsync("ca");
        await _files.CertificateAsync("broker", "ca");
        await OpenSslFiles.OpenSslAsync("pkcs8", "-topk8", "-in", _files["broker.key"], "-out", _files["encrypted.key"], "-passout", "pass:" + Plant("ssl.key.password"));
        await OpenSslFiles.OpenSslAsync("pkcs12", "-export", "-nokeys", "-in", _files["ca.pem"], "-out", _files["trust.p12"], "-passout", "pass:" + Plant("truststore"));
        await _files.Pkcs12Async("broker", "ca", Plant("ssl.keystore.password"));
        Secrets.AddKey("the encrypted key", await File.ReadAllTextAsync(_files["encrypted.key"]));
        Secrets.AddKey("the key", await File.ReadAllTextAsync(_files["broker.key"]));
        WriteCredentialFile();
        Configuration = Security();
        string admin = Plant("admin");
        _broker = new BrokerProcess("SASL_SSL", Configuration)
        {
            ScramUsers = [$"SCRAM-SHA-256=[name=admin,password={admin}]", $"SCRAM-SHA-512=[name=admin,password={admin}]"],
        };
        _broker.Environment["PLANTED_BROKER"] = Passwords["broker"];

        Client("admin.properties", "SCRAM-SHA-512", "admin", Passwords["admin"]);
    }

    private void WriteCredentialFile()
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(Plant("carol"), salt, Iterations, HashAlgorithmName.SHA512, 64);
        Secrets.Add("a hash of the credential file", Convert.ToBase64String(hash));
        File.WriteAllText(
            _files["users"], string.Create(CultureInfo.InvariantCulture, $"{{PBKDF2-SHA512}}{Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)} carol\n"));
        File.SetUnixFileMode(_files["users"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(_files["secrets.properties"], $"alice={Plant("alice")}\n");
    }

    private string Security()
    {
        StringBuilder text = new();
        text.AppendLine("ssl.keystore.type: PEM");
        text.AppendLine("ssl.keystore.key: |");
        Indent(text, "encrypted.key");
        text.AppendLine("ssl.keystore.certificate.chain: |");
        Indent(text, "broker.pem");
        text.AppendLine($"""
            ssl.key.password: {Passwords["ssl.key.password"]}
            ssl.truststore.location: {_files["trust.p12"]}
            ssl.truststore.password: {Passwords["truststore"]}
            sasl.enabled.mechanisms: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
            sasl.mechanism.inter.broker.protocol: PLAIN
            sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="nobody" password="{Plant("sasl.jaas.config")}";'
            listener.name.sasl_ssl.plain.sasl.jaas.config: |
              org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="{Plant("broker")}"
                user_broker="$PLACE{"{env:PLANTED_BROKER}"}" user_alice="$PLACE{"{file:" + _files["secrets.properties"] + ":alice}"}" user_bob="{Plant("bob")}";
            listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config: org.apache.kafka.common.security.scram.ScramLoginModule required username="s" password="{Plant("scram jaas")}";
            delegation.token.secret.key: {Plant("delegation.token.secret.key")}
            sasl.oauthbearer.client.credentials.client.secret: {Plant("client.secret")}
            plugins.credentials: [file]
            credentials.file.path: {_files["users"]}
            plugins.authorizer: acl
            super.users: User:admin;User:broker
            connection.failed.authentication.delay.ms: 50
            http.listeners: [localhost:{_httpPort}]
            """);
        return text.Replace("$PLACE", "$").ToString();
    }

    private void Indent(StringBuilder text, string file)
    {
        foreach (string line in File.ReadLines(_files[file]))
        {
            text.Append("  ").AppendLine(line);
        }
    }
}
