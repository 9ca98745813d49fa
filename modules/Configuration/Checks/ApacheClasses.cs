using Kafka.Modular.Configuration.Keys;

namespace Kafka.Modular.Configuration.Checks;

/// <summary>
/// Keys whose value is a Java class. Apache's own classes stand for what does the same here; any other class is refused, with what takes
/// its place.
/// </summary>
public static class ApacheClasses
{
    /// <summary>Plugin that Apache's own authorizer stands for.</summary>
    public const string AuthorizerPlugin = "acl";

    private const string StandardAuthorizer = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    private const string OAuth = "org.apache.kafka.common.security.oauthbearer.";
    private const string Mechanism = "the plugin of the SASL mechanism does this, chosen by plugins.sasl";
    private const string Credentials = "a credential store does this, chosen by plugins.credentials";
    private const string NoPolicy = "policies cannot be plugged in; leave it out";

    private static readonly Dictionary<string, (string[] Known, string Instead)> Keys = new(StringComparer.Ordinal)
    {
        [BrokerKeys.AuthorizerClassName.Name] = (["", StandardAuthorizer], $"another authorizer is a plugin, chosen by plugins.authorizer; Apache's own is {StandardAuthorizer}"),
        [BrokerKeys.PrincipalBuilderClass.Name] = (["org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder"], "principals are mapped by ssl.principal.mapping.rules and sasl.kerberos.principal.to.local.rules"),
        [BrokerKeys.ReplicaSelectorClass.Name] = (["org.apache.kafka.common.replica.RackAwareReplicaSelector", "org.apache.kafka.common.replica.LeaderSelector"], "known are Apache's RackAwareReplicaSelector and LeaderSelector"),
        [BrokerKeys.MetricReporters.Name] = (["", "org.apache.kafka.common.metrics.JmxReporter"], "metrics are served at http.listeners"),
        [BrokerKeys.KafkaMetricsReporters.Name] = ([""], "metrics are served at http.listeners"),
        [BrokerKeys.ClientQuotaCallbackClass.Name] = ([], "quotas are set with kafka-configs; leave it out"),
        [BrokerKeys.CreateTopicPolicyClassName.Name] = ([], NoPolicy),
        [BrokerKeys.AlterConfigPolicyClassName.Name] = ([], NoPolicy),
        [BrokerKeys.SecurityProviders.Name] = ([], "there is no JVM here; leave it out"),
        [BrokerKeys.SslEngineFactoryClass.Name] = (["org.apache.kafka.common.security.ssl.DefaultSslEngineFactory"], "TLS is built in; leave it out"),
        [BrokerKeys.SaslClientCallbackHandlerClass.Name] = ([OAuth + "internals.OAuthBearerSaslClientCallbackHandler"], Mechanism),
        [BrokerKeys.SaslLoginClass.Name] = (["org.apache.kafka.common.security.authenticator.DefaultLogin", "org.apache.kafka.common.security.kerberos.KerberosLogin", OAuth + "internals.OAuthBearerRefreshingLogin"], Mechanism),
        [BrokerKeys.SaslLoginCallbackHandlerClass.Name] = ([OAuth + "OAuthBearerLoginCallbackHandler", OAuth + "secured.OAuthBearerLoginCallbackHandler", "org.apache.kafka.common.security.authenticator.AbstractLogin$DefaultLoginCallbackHandler"], Mechanism),
        [BrokerKeys.SaslServerCallbackHandlerClass.Name] = ([OAuth + "OAuthBearerValidatorCallbackHandler", OAuth + "secured.OAuthBearerValidatorCallbackHandler", OAuth + "internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler", "org.apache.kafka.common.security.plain.internals.PlainServerCallbackHandler", "org.apache.kafka.common.security.scram.internals.ScramServerCallbackHandler"], Credentials),
        [BrokerKeys.SaslOauthbearerJwtRetrieverClass.Name] = ([OAuth + "DefaultJwtRetriever", OAuth + "ClientCredentialsJwtRetriever", OAuth + "JwtBearerJwtRetriever", OAuth + "FileJwtRetriever"], Mechanism),
        [BrokerKeys.SaslOauthbearerJwtValidatorClass.Name] = ([OAuth + "DefaultJwtValidator", OAuth + "BrokerJwtValidator", OAuth + "ClientJwtValidator"], Mechanism),
        [BrokerKeys.GroupSharePersisterClassName.Name] = (["org.apache.kafka.server.share.persister.DefaultStatePersister", "org.apache.kafka.server.share.persister.NoOpStatePersister"], "share state is kept in __share_group_state; leave it out"),
        [BrokerKeys.GroupConsumerAssignors.Name] = (["uniform", "range", "org.apache.kafka.coordinator.group.assignor.UniformAssignor", "org.apache.kafka.coordinator.group.assignor.RangeAssignor"], "known are uniform and range"),
        [BrokerKeys.GroupShareAssignors.Name] = (["simple", "org.apache.kafka.coordinator.group.assignor.SimpleAssignor"], "known is simple"),
        [BrokerKeys.RemoteLogMetadataManagerClassName.Name] = (["org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager"], "the list of remote segments is kept in a topic; leave it out"),
        [BrokerKeys.RemoteLogStorageManagerClassName.Name] = ([], "no remote storage is built in; leave it out"),
    };

    /// <summary>Checks a value of a key that names classes.</summary>
    /// <returns>Null if it is known here, otherwise what to do instead.</returns>
    public static string? Refusal(ConfigurationKey key, object? value)
    {
        if (value is null || !Keys.TryGetValue(key.Name, out var entry))
        {
            return null;
        }

        var names = value as IReadOnlyList<string> ?? [value.ToString()!];
        return names.All(name => entry.Known.Contains(name, StringComparer.Ordinal)) ? null : entry.Instead;
    }

    /// <summary>Keys that name classes.</summary>
    internal static IEnumerable<string> Names => Keys.Keys;
}
