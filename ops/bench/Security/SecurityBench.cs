using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Bench.Security;

/// <summary>What security costs: logins by mechanism, TLS beside plaintext, ACLs beside no authorizer. <c>ops/bench/security</c> starts it.</summary>
internal static class SecurityBench
{
    private const int Kibi = 1024;

    // Batches of about 100 KB, as elsewhere; and of 16 KiB, the default of producers, where what a request costs counts for more.
    private static readonly Workload s_large = new(Kibi, 100, false, 1, 6);
    private static readonly Workload s_small = new(Kibi, 16, false, 1, 6);

    public static int Run(string[] args)
    {
        SecurityOptions options;
        try
        {
            options = SecurityOptions.Parse(args);
        }
        catch (FormatException problem)
        {
            Console.Error.WriteLine($"{problem.Message}\n{SecurityOptions.Usage}");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("kafka-modular-bench-");
        var contest = new Contest(options, Console.Out);
        using (var certificates = new BenchCertificates(folder.FullName))
        {
            if (!"acls".Equals(options.Only, StringComparison.Ordinal))
            {
                using var open = new BenchBroker(options, certificates, authorizes: false);
                Logins(contest, open, certificates);
                Tls(contest, open, certificates);
            }

            if ("acls".StartsWith(options.Only, StringComparison.Ordinal))
                Acls(contest, options, certificates);
        }

        folder.Delete(recursive: true);
        if (options.Json is { } path)
        {
            var report = new SecurityReport($"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}", DateTimeOffset.UtcNow, options.IsQuick, options.Repetitions, contest.Results);
            File.WriteAllText(path, JsonSerializer.Serialize(report, SecurityJson.Default.SecurityReport));
        }

        return 0;
    }

    private static void Logins(Contest contest, BenchBroker broker, BenchCertificates certificates)
    {
        var salted = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var (anew, resumed, mutual) = (Client(certificates, resumes: false), Client(certificates, resumes: true), Client(certificates, resumes: false, certificates.Client));
        Contender Way(string name, Func<SecureConnection> open) => new(name, duration => LoginLoad.Measure(broker, open, duration));
        contest.Run(
            "logins",
            "login",
            [
                Way("connection and one request", () => new SecureConnection(broker.Plaintext).AskVersions()),
                Way("PLAIN, user in the configuration", () => new SecureConnection(broker.Sasl).LogInPlain("alice", BenchBroker.Password)),
                Way("SCRAM-SHA-256, 4096 iterations", () => new SecureConnection(broker.Sasl).LogInScram(ScramAlgorithm.Sha256, "alice", BenchBroker.Password, salted)),
                Way("SCRAM-SHA-512, 4096 iterations", () => new SecureConnection(broker.Sasl).LogInScram(ScramAlgorithm.Sha512, "alice", BenchBroker.Password, salted)),
                Way("PLAIN, user in a credential file", () => new SecureConnection(broker.Sasl).LogInPlain("stored", BenchBroker.Password)),
                Way("TLS 1.3", () => new SecureConnection(broker.Ssl, anew).AskVersions()),
                Way("TLS 1.3, resumed", () => new SecureConnection(broker.Ssl, resumed).AskVersions()),
                Way("TLS 1.3 with a client certificate", () => new SecureConnection(broker.MutualTls, mutual).AskVersions()),
            ]);
    }

    private static void Tls(Contest contest, BenchBroker broker, BenchCertificates certificates)
    {
        var tls = Client(certificates, resumes: false);
        using var plain = new RecordLoad(broker, s_large, () => new SecureConnection(broker.Plaintext), () => new SecureConnection(broker.Plaintext));
        using var secured = new RecordLoad(broker, s_large, () => new SecureConnection(broker.Plaintext), () => new SecureConnection(broker.Ssl, tls));
        contest.Run("tls produce", "MiB", [new("plaintext", plain.Produce), new("TLS 1.3", secured.Produce)]);
        contest.Run("tls consume", "MiB", [new("plaintext", plain.Consume), new("TLS 1.3", secured.Consume)]);
    }

    private static void Acls(Contest contest, SecurityOptions options, BenchCertificates certificates)
    {
        using var open = new BenchBroker(options, certificates, authorizes: false);
        using var few = new BenchBroker(options, certificates, authorizes: true);
        using var many = new BenchBroker(options, certificates, authorizes: true);
        foreach (var (broker, count) in new[] { (few, 10), (many, 1000) })
        {
            using var admin = As(broker, "super");
            BenchAcls.Add(admin, count);
        }

        static SecureConnection As(BenchBroker broker, string user) => new SecureConnection(broker.Sasl).LogInPlain(user, BenchBroker.Password);
        RecordLoad Load(BenchBroker broker, string user) => new(broker, s_small, () => As(broker, "super"), () => As(broker, user));
        using var none = Load(open, "alice");
        using var super = Load(many, "super");
        using var withFew = Load(few, "alice");
        using var withMany = Load(many, "alice");

        // Each compiles its hot paths with what it learns from the first requests, or the first of them would lose for that.
        foreach (var load in new[] { none, withFew, withMany })
        {
            load.Produce(options.WarmUp);
            load.Consume(options.WarmUp);
        }

        contest.Run("acls produce", "MiB", [new("no authorizer", none.Produce), new("super user", super.Produce), new("10 ACLs", withFew.Produce), new("1,000 ACLs", withMany.Produce)]);
        contest.Run("acls consume", "MiB", [new("no authorizer", none.Consume), new("super user", super.Consume), new("10 ACLs", withFew.Consume), new("1,000 ACLs", withMany.Consume)]);
    }

    private static SslClientAuthenticationOptions Client(BenchCertificates certificates, bool resumes, X509Certificate2? own = null)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            AllowTlsResume = resumes,
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
            ClientCertificateContext = own is null ? null : SslStreamCertificateContext.Create(own, [], offline: true),
        };
        options.CertificateChainPolicy.CustomTrustStore.Add(certificates.Authority);
        return options;
    }
}
