using System.Globalization;
using System.Text;
using Kafka.Modular.Configuration.Jaas;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Configuration.Import;

/// <summary>
/// The login configurations of a server: those of its properties (KIP-85), and those of its JAAS file where the properties have none. A section
/// <c>listener.KafkaServer</c> comes before <c>KafkaServer</c> (KIP-103).
/// </summary>
internal sealed class LoginImport
{
    private const string Section = "KafkaServer";
    private const string PlainModule = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private const string ScramModule = "org.apache.kafka.common.security.scram.ScramLoginModule";
    private const string UserOption = "user_";

    private readonly IReadOnlyList<ConfigurationEntry> _given;
    private readonly Dictionary<string, (ConfigurationEntry Entry, IReadOnlyList<JaasModule> Modules)> _logins = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];

    public LoginImport(ConfigurationSource source) => _given = source.Entries;

    /// <summary>What is to be said at the head of the YAML file, a line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Users that go into the credential file.</summary>
    public IReadOnlyList<KeyValuePair<string, Secret>> Users { get; private set; } = [];

    /// <summary>Reads the properties and the file.</summary>
    /// <param name="jaas">The file's text; null for none.</param>
    /// <returns>What is wrong with the file, or null.</returns>
    public string? Read(string? jaas)
    {
        foreach (var entry in _given.Where(static entry => IsLogin(entry.Name)))
            _logins[entry.Name] = (entry, JaasReader.ReadValue(entry.Text ?? "", out _));
        string? problem = null;
        IReadOnlyDictionary<string, IReadOnlyList<JaasModule>> sections = jaas is null ? new Dictionary<string, IReadOnlyList<JaasModule>>() : JaasReader.ReadFile(jaas, out problem);
        foreach (var (name, modules) in sections.Where(static section => section.Key.EndsWith("." + Section, StringComparison.Ordinal)))
            Add(name[..^(Section.Length + 1)].ToLowerInvariant(), modules, isNamed: true);
        if (sections.TryGetValue(Section, out var general))
        {
            foreach (var listener in SaslListeners())
                Add(listener, general, isNamed: false);
        }

        if (_logins.Values.Any(static login => login.Modules.Any(static module => module.Name == ScramModule)))
            _notes.Add("Users of SCRAM are in the metadata of the old cluster, not in its files: kafka-storage format --add-scram, or kafka-configs later, makes them.");
        return problem;
    }

    /// <summary>Listeners that enable PLAIN and have no login configuration, which Kafka does not start with.</summary>
    public IEnumerable<string> Missing() =>
        from listener in SaslListeners()
        where Enabled(listener).Contains("plain", StringComparer.Ordinal) && !_logins.ContainsKey(Name(listener, "plain"))
        select $"listener {listener.ToUpperInvariant()} enables PLAIN, and nothing says who its users are: give the file of java.security.auth.login.config as the second argument, or have it in KAFKA_OPTS";

    /// <summary>
    /// Takes the users of PLAIN out of the login configurations, for a credential file, which has one list of users for all listeners. Where listeners have
    /// different users they stay where they are.
    /// </summary>
    /// <param name="path">The credential file.</param>
    public void TakeUsers(string path)
    {
        var lists = _logins.Values.Select(static login => UsersOf(login.Modules)).Where(static users => users.Count > 0).ToList();
        if (lists.Count == 0)
            return;
        if (lists.Exists(users => users.Count != lists[0].Count || users.Any(user => lists[0].GetValueOrDefault(user.Key) != user.Value)))
        {
            _notes.Add("Users of PLAIN differ by listener, so they stay in the login configurations below, readable. A credential file has one list of users for all listeners.");
            return;
        }

        Users = [.. lists[0].Select(static user => KeyValuePair.Create(user.Key, new Secret(user.Value)))];
        _notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Users.Count} users of PLAIN ({string.Join(", ", lists[0].Keys.Select(Printable))}) are in {Printable(path)}, as salted hashes; kafka-modular users changes them."));
        foreach (var (name, (entry, modules)) in _logins.ToList())
        {
            if (UsersOf(modules).Count > 0)
                Shorten(name, entry, modules);
        }
    }

    /// <summary>All entries of the YAML file: those of the properties, with login configurations as they are now.</summary>
    public IEnumerable<ConfigurationEntry> Entries() =>
        _given.Where(static entry => !IsLogin(entry.Name)).Concat(_logins.Values.Select(static login => login.Entry));

    private static bool IsLogin(string name) => ListenerKeyName.Parse(name) is { Mechanism: not null, BaseName: "sasl.jaas.config" };

    private static string Printable(string text) => string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c));

    private static string Name(string listener, string mechanism) => $"{ListenerKeyName.Start}{listener}.{mechanism}.{BrokerKeys.SaslJaasConfig}";

    private static Dictionary<string, string> UsersOf(IReadOnlyList<JaasModule> modules)
    {
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in modules.Where(static module => module.Name == PlainModule).SelectMany(static module => module.Options))
        {
            if (IsUser(name))
                users[name[UserOption.Length..]] = value;
        }

        return users;
    }

    private static bool IsUser(string option) => option.StartsWith(UserOption, StringComparison.Ordinal) && option.Length > UserOption.Length;

    // What is left are the name and password with which this node logs in at others.
    private void Shorten(string name, ConfigurationEntry entry, IReadOnlyList<JaasModule> modules)
    {
        JaasModule[] left = [.. modules.Select(static module => module.Name == PlainModule ? module with { Options = [.. module.Options.Where(static option => !IsUser(option.Key))] } : module)];
        if (left.All(static module => module.Options.Count == 0))
            _logins.Remove(name);
        else
            _logins[name] = (entry with { Text = string.Join(' ', left.Select(Format)) }, left);
    }

    private void Add(string listener, IReadOnlyList<JaasModule> modules, bool isNamed)
    {
        foreach (var module in modules)
        {
            foreach (var mechanism in MechanismsOf(listener, module, isNamed))
            {
                var name = Name(listener, mechanism);
                _logins.TryAdd(name, (new(name, Format(module), null, default), [module]));
            }
        }
    }

    private IEnumerable<string> MechanismsOf(string listener, JaasModule module, bool isNamed)
    {
        string[] served = module.Name switch
        {
            PlainModule => ["plain"],
            ScramModule => ["scram-sha-256", "scram-sha-512"],
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule" => ["oauthbearer"],
            "com.sun.security.auth.module.Krb5LoginModule" => ["gssapi"],
            _ => [],
        };
        if (served.Length == 0)
        {
            var note = $"Not a login module of Kafka: {Printable(module.Name)}";
            if (!_notes.Contains(note))
                _notes.Add(note);
            return [];
        }

        var enabled = Enabled(listener);
        // A section of the listener's own is meant for it.
        return served.Where(mechanism => enabled.Contains(mechanism, StringComparer.Ordinal) || (isNamed && served.Length == 1));
    }

    private IEnumerable<string> SaslListeners()
    {
        var protocols = List(BrokerKeys.ListenerSecurityProtocolMap)
            .Select(static pair => pair.Split(':')).Where(static pair => pair.Length == 2)
            .ToLookup(static pair => pair[0].Trim(), static pair => SecurityProtocols.Find(pair[1]), StringComparer.OrdinalIgnoreCase);
        return List(BrokerKeys.Listeners).Select(static listener => listener.Split(':')[0].Trim())
            .Where(listener => (protocols[listener].FirstOrDefault() ?? SecurityProtocols.Find(listener))?.UsesSasl() == true)
            .Select(static listener => listener.ToLowerInvariant());
    }

    private List<string> Enabled(string listener) =>
        [.. (Text($"{ListenerKeyName.Start}{listener}.{BrokerKeys.SaslEnabledMechanisms}") is { } own ? ConfigurationValues.SplitList(own) : List(BrokerKeys.SaslEnabledMechanisms))
            .Select(static mechanism => mechanism.ToLowerInvariant())];

    private IReadOnlyList<string> List(ConfigurationKey key) => ConfigurationValues.SplitList(Text(key.Name) ?? key.Default?.Trim('[', ']').Replace("\"", "", StringComparison.Ordinal) ?? "");

    private string? Text(string name) => _given.LastOrDefault(entry => string.Equals(entry.Name, name, StringComparison.Ordinal))?.Text;

    private static string Format(JaasModule module)
    {
        var text = new StringBuilder(module.Name).Append(' ').Append(module.Control);
        foreach (var (name, value) in module.Options)
        {
            var escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $" {name}=\"{escaped}\"");
        }

        return text.Append(';').ToString();
    }
}
