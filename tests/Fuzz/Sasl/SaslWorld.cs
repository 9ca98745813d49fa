using System.Net;
using System.Text;
using Kafka.Modular.Sasl.Plain;
using Kafka.Modular.Sasl.Scram;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Fuzz.Tests.Sasl;

/// <summary>A listener with the mechanisms as they are shipped, and two users whose passwords no input holds.</summary>
internal sealed class SaslWorld : ISaslListener, ICredentialStore
{
    private readonly Dictionary<string, ISaslMechanism> _mechanisms;
    private readonly Dictionary<string, string> _passwords = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), ScramCredential> _scram = [];

    public SaslWorld()
    {
        var context = new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>(StringComparer.Ordinal));
        var scram = new ScramSaslPlugin();
        _mechanisms = new Dictionary<string, ISaslMechanism>(StringComparer.Ordinal)
        {
            ["PLAIN"] = new PlainSaslPlugin().CreateMechanism("PLAIN", context),
            [ScramAlgorithm.Sha256.Mechanism] = scram.CreateMechanism(ScramAlgorithm.Sha256.Mechanism, context),
            [ScramAlgorithm.Sha512.Mechanism] = scram.CreateMechanism(ScramAlgorithm.Sha512.Mechanism, context),
        };
        foreach (var user in Users)
        {
            var password = _passwords[user] = Guid.NewGuid().ToString("N");
            foreach (var algorithm in new[] { ScramAlgorithm.Sha256, ScramAlgorithm.Sha512 })
            {
                var salt = Encoding.UTF8.GetBytes("salt of " + user);
                _scram[(algorithm.Mechanism, user)] = algorithm.Credential(SaltedPassword(algorithm, password, salt), salt, ScramAlgorithm.LowestIterations);
            }
        }
    }

    public static IReadOnlyList<string> Users { get; } = ["alice", "bob"];

    public string Name => "FUZZ";

    /// <summary>One of them has no mechanism behind it.</summary>
    public IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GONE"];

    /// <summary>After how many milliseconds a client has to log in again; 0 for never.</summary>
    public long Lifetime { get; set; }

    public ISaslExchange? Begin(string mechanism, IPAddress address) =>
        _mechanisms.TryGetValue(mechanism, out var found) ? found.Begin(new SaslExchangeContext(Name, address, IsEncrypted: false, this, "a secret of the server"u8.ToArray())) : null;

    public long MaximumReauthenticationMs(string mechanism) => Lifetime;

    public KafkaPrincipal? PrincipalOf(string mechanism, string name) => new(KafkaPrincipal.UserType, name);

    public string PasswordOf(string user) => _passwords[user];

    public ScramCredential CredentialOf(string mechanism, string user) => _scram[(mechanism, user)];

    /// <summary>Kept, because it is meant to take long.</summary>
    public byte[] SaltedPasswordOf(ScramAlgorithm algorithm, string user) => _salted[(algorithm.Mechanism, _passwords[user])];

    public ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken) =>
        new(!_passwords.TryGetValue(user, out var right) ? PasswordCheck.UnknownUser : right == password ? PasswordCheck.Accepted : PasswordCheck.WrongPassword);

    public ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken) =>
        new(_scram.GetValueOrDefault((mechanism, user)));

    private readonly Dictionary<(string, string), byte[]> _salted = [];

    private byte[] SaltedPassword(ScramAlgorithm algorithm, string password, byte[] salt) =>
        _salted[(algorithm.Mechanism, password)] = algorithm.SaltedPassword(password, salt, ScramAlgorithm.LowestIterations);
}
