namespace Kafka.Modular.Configuration.Checks;

/// <summary>Keys of older Kafka versions that are gone, with what takes their place.</summary>
public static class RemovedKeys
{
    private const string ZooKeeper = "ZooKeeper is gone since Kafka 4.0; name the controllers in controller.quorum.bootstrap.servers and this node's role in process.roles";
    private const string HostAndPort = "use listeners, as NAME://host:port";
    private const string AdvertisedHostAndPort = "use advertised.listeners, as NAME://host:port";
    private const string PasswordEncoder = "dynamic secrets were encrypted in ZooKeeper only; leave it out";
    private const string TimestampDifference = "use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms";
    private const string MessageFormat = "records are always stored in the current format; leave it out";
    private const string DownConversion = "records are never converted to older formats since Kafka 4.0; leave it out";

    private static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["broker.id.generation.enable"] = "ids are no longer made; set node.id",
        ["reserved.broker.max.id"] = "ids are no longer made; set node.id",
        ["inter.broker.protocol.version"] = "the cluster's metadata.version takes its place; raise it with kafka-features upgrade",
        ["log.message.format.version"] = MessageFormat,
        ["message.format.version"] = MessageFormat,
        ["log.message.downconversion.enable"] = DownConversion,
        ["message.downconversion.enable"] = DownConversion,
        ["log.message.timestamp.difference.max.ms"] = TimestampDifference,
        ["message.timestamp.difference.max.ms"] = TimestampDifference,
        ["port"] = HostAndPort,
        ["host.name"] = HostAndPort,
        ["advertised.port"] = AdvertisedHostAndPort,
        ["advertised.host.name"] = AdvertisedHostAndPort,
        ["control.plane.listener.name"] = "controllers have listeners of their own; use controller.listener.names",
        ["controlled.shutdown.max.retries"] = "the controller moves the leaders away; leave it out",
        ["controlled.shutdown.retry.backoff.ms"] = "the controller moves the leaders away; leave it out",
        ["leader.imbalance.per.broker.percentage"] = "every imbalance is leveled; leave it out",
        ["offsets.commit.required.acks"] = "offsets are always committed by all in-sync replicas; leave it out",
        ["delegation.token.master.key"] = "use delegation.token.secret.key",
        ["auto.include.jmx.reporter"] = "use metric.reporters",
        ["group.coordinator.new.enable"] = "use group.coordinator.rebalance.protocols",
        ["unstable.metadata.versions.enable"] = "use unstable.feature.versions.enable",
        ["eligible.leader.replicas.enable"] = "the feature eligible.leader.replicas.version takes its place; see kafka-features",
        ["quota.producer.default"] = "set the default quota producer_byte_rate with kafka-configs",
        ["quota.consumer.default"] = "set the default quota consumer_byte_rate with kafka-configs",
        ["replica.lag.max.messages"] = "use replica.lag.time.max.ms",
        ["group.share.max.groups"] = "the number of share groups has no limit; leave it out",
        ["password.encoder.secret"] = PasswordEncoder,
        ["password.encoder.old.secret"] = PasswordEncoder,
        ["password.encoder.keyfactory.algorithm"] = PasswordEncoder,
        ["password.encoder.cipher.algorithm"] = PasswordEncoder,
        ["password.encoder.key.length"] = PasswordEncoder,
        ["password.encoder.iterations"] = PasswordEncoder,
    };

    /// <summary>What takes the place of a key that is gone; null if the key is not one of those.</summary>
    public static string? Replacement(string name) =>
        Keys.TryGetValue(name, out var replacement) ? replacement : name.StartsWith("zookeeper.", StringComparison.Ordinal) ? ZooKeeper : null;

    /// <summary>Names of all keys that are gone.</summary>
    internal static IEnumerable<string> Names => Keys.Keys;
}
