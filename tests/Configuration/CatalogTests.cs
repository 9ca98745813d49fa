using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Tests;

/// <summary>The generated catalog says the same as Kafka's own definitions.</summary>
public sealed class CatalogTests
{
    // Known to Kafka as dynamic keys of a broker, but not among those of its server.properties.
    private static readonly string[] Throttles =
        ["leader.replication.throttled.rate", "follower.replication.throttled.rate", "replica.alter.log.dirs.io.max.bytes.per.second"];

    [Test]
    public void Broker_keys_are_those_of_Kafka()
    {
        Compare(ConfigurationScope.Broker, "broker-configs.csv", BrokerKeys.All.Except(BrokerKeys.Own).Where(key => !Throttles.Contains(key.Name)));
    }

    [Test]
    public void Topic_keys_are_those_of_Kafka() => Compare(ConfigurationScope.Topic, "topic-configs.csv", TopicKeys.All);

    [Test]
    public void Group_keys_are_those_of_Kafka() => Compare(ConfigurationScope.Group, "group-configs.csv", GroupKeys.All);

    [Test]
    public void Client_metrics_keys_are_those_of_Kafka() => Compare(ConfigurationScope.ClientMetrics, "client-metrics-configs.csv", ClientMetricsKeys.All);

    [Test]
    public void Quota_keys_are_those_of_Kafka() => Compare(ConfigurationScope.Quota, "quota-configs.csv", QuotaKeys.All);

    [Test]
    public void Every_default_is_valid_for_its_key([Values] ConfigurationScope scope)
    {
        foreach (var key in ConfigurationCatalog.All(scope))
        {
            if (key.Default is not null)
            {
                Assert.That(ConfigurationValues.TryRead(key, key.Default, out _), Is.Null, key.Name);
            }
        }
    }

    private static void Compare(ConfigurationScope scope, string file, IEnumerable<ConfigurationKey> ours)
    {
        if (ReferenceFacts.Read(file) is not { } rows)
        {
            return;
        }

        Assert.That(ours.Select(key => key.Name), Is.EquivalentTo(rows.Select(row => row["name"])));
        foreach (var row in rows)
        {
            var key = ConfigurationCatalog.Find(scope, row["name"])!;
            using (Assert.EnterMultipleScope())
            {
                Assert.That(key.Type.ToString().ToUpperInvariant(), Is.EqualTo(row["type"]), key.Name);
                Assert.That(key.IsRequired ? "<required>" : DefaultText(key), Is.EqualTo(row["default"]), key.Name);
                Assert.That(ValidValues(key), Is.EqualTo(row["validValues"]), key.Name);
                if (row.TryGetValue("importance", out var importance))
                {
                    Assert.That(key.Importance.ToString().ToUpperInvariant(), Is.EqualTo(importance), key.Name);
                }

                if (row.TryGetValue("dynamicUpdateMode", out var mode))
                {
                    Assert.That(Mode(key), Is.EqualTo(mode), key.Name);
                    Assert.That(key.IsInternal ? "true" : "false", Is.EqualTo(row["internal"]), key.Name);
                }

                if (row.TryGetValue("serverSynonyms", out var synonyms))
                {
                    Assert.That(string.Join(';', key.Synonyms), Is.EqualTo(synonyms), key.Name);
                }

                if (row.TryGetValue("entity", out var entity))
                {
                    Assert.That(string.Join(',', key.Entities), Is.EqualTo(entity), key.Name);
                }
            }
        }
    }

    private static string DefaultText(ConfigurationKey key)
    {
        _ = ConfigurationValues.TryParse(key.Type, key.Default, out var value);
        return value is null ? "<null>" : value is Secret secret ? secret.Reveal() : ConfigurationValues.Format(value)!;
    }

    private static string Mode(ConfigurationKey key) => key.UpdateMode switch
    {
        UpdateMode.ClusterWide => "cluster-wide",
        UpdateMode.PerBroker => "per-broker",
        UpdateMode.PerListener => "per-broker (listener prefix only)",
        _ => "read-only",
    };

    // The constraint in the words of Kafka's validators.
    private static string ValidValues(ConfigurationKey key) => key.Constraint switch
    {
        null => "",
        RangeConstraint { Maximum: null } range => $"[{range.Minimum},...]",
        RangeConstraint { Or: { } or } range => $"[{range.Minimum},...,{range.Maximum}] or {or}",
        RangeConstraint range => $"[{range.Minimum},...,{range.Maximum}]",
        OneOfConstraint { AnyCase: true } oneOf => $"(case insensitive) [{string.Join(", ", oneOf.Values)}]",
        OneOfConstraint oneOf => $"[{string.Join(", ", oneOf.Values)}]",
        NonEmptyConstraint => "non-empty string",
        NonNullConstraint => "non-null string",
        NamedConstraint { Name: "quorum-voters" or "bootstrap-servers" } => "non-empty list",
        NamedConstraint { Name: "throttled-replicas" } => "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
        _ => "[latest, earliest, by_duration:PnDTnHnMn.nS]",
    };
}
