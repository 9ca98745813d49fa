using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Tls;

/// <summary>Certificates made by the program openssl, as the page on TLS tells, in a folder of their own.</summary>
internal sealed class OpenSslFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kafka-modular-tls-").FullName;

    public string Folder => _folder;

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>An authority NAME: its key in NAME.key, its certificate in NAME.pem.</summary>
    public Task AuthorityAsync(string name) => OpenSslAsync(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", this[name + ".key"], "-out", this[name + ".pem"],
        "-days", "30", "-subj", $"/O=Example/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign");

    /// <summary>A key in NAME.key and a certificate in NAME.pem, for a host, and both with the authority's certificate in NAME.store.pem.</summary>
    public async Task CertificateAsync(string name, string authority, string host = "localhost", bool rsa = false, string? until = null, string? subject = null)
    {
        string[] key = rsa ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
        await OpenSslAsync(["req", "-newkey", .. key, "-nodes", "-keyout", this[name + ".key"], "-out", this[name + ".csr"], "-subj", $"/O=Example/OU=Kafka/CN={subject ?? name}"]);
        await File.WriteAllTextAsync(this["ca.cnf"], $"""
            [ca]
            default_ca = only
            [only]
            database = {this["index.txt"]}
            new_certs_dir = {_folder}
            rand_serial = yes
            default_md = sha256
            policy = any
            unique_subject = no
            [any]
            organizationName = supplied
            organizationalUnitName = supplied
            commonName = supplied
            [names]
            subjectAltName = DNS:{host}
            extendedKeyUsage = serverAuth,clientAuth
            """);
        await File.WriteAllTextAsync(this["index.txt"], "");
        await OpenSslAsync(
            "ca", "-batch", "-config", this["ca.cnf"], "-extensions", "names", "-cert", this[authority + ".pem"], "-keyfile", this[authority + ".key"], "-notext", "-in", this[name + ".csr"],
            "-out", this[name + ".pem"], "-startdate", "20200101000000Z", "-enddate", until ?? "20491231235959Z");
        await JoinAsync(name + ".store.pem", name + ".key", name + ".pem", authority + ".pem");
    }

    /// <summary>A PKCS#12 store of a certificate, NAME.p12.</summary>
    public Task Pkcs12Async(string name, string authority, string password) => OpenSslAsync(
        "pkcs12", "-export", "-inkey", this[name + ".key"], "-in", this[name + ".pem"], "-certfile", this[authority + ".pem"], "-out", this[name + ".p12"], "-passout", "pass:" + password);

    public async Task JoinAsync(string target, params string[] files)
    {
        string other = this[target + ".new"];
        await File.WriteAllTextAsync(other, string.Concat(files.Select(file => File.ReadAllText(this[file]))));
        File.Move(other, this[target], overwrite: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static async Task OpenSslAsync(params string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start("openssl " + arguments[0], "openssl", arguments);
        int exitCode = await process.ExitAsync(TimeSpan.FromSeconds(30));
        Assert.That(exitCode, Is.Zero, process.Output);
    }
}
