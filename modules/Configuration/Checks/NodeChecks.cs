using System.Globalization;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;

namespace Kafka.Modular.Configuration.Checks;

/// <summary>Rules of a node's roles, its listeners and its quorum, those of Kafka's <c>KafkaConfig.validateValues</c>.</summary>
internal static class NodeChecks
{
    public static void Check(CheckContext context, ListenerLayout layout)
    {
        var roles = context.Values.List(BrokerKeys.ProcessRoles);
        bool broker = roles.Contains("broker"), controller = roles.Contains("controller");
        if (roles.Count == 0)
        {
            context.Fail(BrokerKeys.ProcessRoles, "there must be at least one role: broker, controller or both");
            return;
        }

        CheckIds(context);
        CheckQuorum(context, broker, controller);
        CheckControllerListeners(context, layout, broker, controller);
        if (broker)
        {
            CheckAdvertised(context, layout);
        }

        foreach (var listener in layout.AdvertisedToBrokersAndClients.Concat(layout.AdvertisedByController))
        {
            context.Require(
                listener.Host != "0.0.0.0",
                context.IsGiven(BrokerKeys.AdvertisedListeners) ? BrokerKeys.AdvertisedListeners : BrokerKeys.Listeners,
                $"nobody can connect to 0.0.0.0 of listener {listener.Name}; set {BrokerKeys.AdvertisedListeners} to a name or address that clients reach, or leave the host empty");
        }

        if (context.Number(BrokerKeys.BrokerHeartbeatIntervalMs) * 2 > context.Number(BrokerKeys.BrokerSessionTimeoutMs))
        {
            context.Warn(
                BrokerKeys.BrokerHeartbeatIntervalMs,
                $"is {context.Number(BrokerKeys.BrokerHeartbeatIntervalMs)}, more than half of {BrokerKeys.BrokerSessionTimeoutMs} ({context.Number(BrokerKeys.BrokerSessionTimeoutMs)}): brokers would be fenced after one lost heartbeat");
        }
    }

    private static void CheckIds(CheckContext context)
    {
        var broker = context.Values.Int32(BrokerKeys.BrokerId);
        var node = context.Values.Int32(BrokerKeys.NodeId);
        context.Require(
            broker == node || !context.IsGiven(BrokerKeys.BrokerId),
            BrokerKeys.BrokerId,
            $"must be the same as {BrokerKeys.NodeId} ({node}), found {broker}; it is the older name and can be left out");
    }

    private static void CheckQuorum(CheckContext context, bool broker, bool controller)
    {
        var voters = context.Values.List(BrokerKeys.ControllerQuorumVoters);
        var ids = voters.Select(voter => int.Parse(voter.AsSpan(0, voter.IndexOf('@', StringComparison.Ordinal)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)).ToList();
        var node = context.Values.Int32(BrokerKeys.NodeId);
        context.Require(
            voters.Count > 0 || context.Values.List(BrokerKeys.ControllerQuorumBootstrapServers).Count > 0,
            BrokerKeys.ControllerQuorumBootstrapServers,
            $"the controllers must be named, here as host:port or in {BrokerKeys.ControllerQuorumVoters}");
        context.Require(ids.Distinct().Count() == ids.Count, BrokerKeys.ControllerQuorumVoters, "an id stands twice");
        if (controller)
        {
            context.Require(
                ids.Count == 0 || ids.Contains(node),
                BrokerKeys.ControllerQuorumVoters,
                $"this node is a controller, so its id {node} must be among the voters");
            return;
        }

        context.Require(
            !broker || !ids.Contains(node),
            BrokerKeys.ControllerQuorumVoters,
            $"this node is only a broker, so its id {node} must not be among the voters");
        context.Require(
            !context.Values.Boolean(BrokerKeys.ControllerQuorumAutoJoinEnable),
            BrokerKeys.ControllerQuorumAutoJoinEnable,
            $"only a node whose {BrokerKeys.ProcessRoles} contain controller can join the quorum");
    }

    private static void CheckControllerListeners(CheckContext context, ListenerLayout layout, bool broker, bool controller)
    {
        var key = BrokerKeys.ControllerListenerNames;
        var names = layout.ControllerListenerNames;
        if (!controller)
        {
            context.Require(names.Count > 0, key, "a broker must know the controllers' listener, so there must be at least one name");
            context.Require(!layout.Controller.Any(), key, $"this node is only a broker, so none of these may be in {BrokerKeys.Listeners}");
            foreach (var name in names.Where(name => !layout.SecurityProtocols.ContainsKey(name)))
            {
                context.Fail(key, $"listener {name} has no entry in {BrokerKeys.ListenerSecurityProtocolMap}");
            }

            if (names.Count > 1)
            {
                context.Warn(key, $"a broker uses only the first of these, {names[0]}");
            }

            return;
        }

        var missing = names.Where(name => layout.All.All(listener => listener.Name != name)).ToList();
        context.Require(names.Count > 0, key, $"a controller needs at least one of its own listeners here");
        context.Require(
            missing.Count == 0,
            key,
            $"this node is a controller, so {string.Join(", ", missing)} must be in {BrokerKeys.Listeners}, which has {string.Join(", ", layout.All.Select(listener => listener.Name))}");
        if (!broker)
        {
            var others = layout.Broker.Select(listener => listener.Name).ToList();
            context.Require(others.Count == 0, BrokerKeys.Listeners, $"this node is only a controller, so {string.Join(", ", others)} must be in {key} or go");
            context.Require(
                !context.IsGiven(BrokerKeys.InterBrokerListenerName) || !names.Contains(layout.InterBrokerListenerName),
                key,
                $"must not contain {BrokerKeys.InterBrokerListenerName} ({layout.InterBrokerListenerName})");
        }
    }

    private static void CheckAdvertised(CheckContext context, ListenerLayout layout)
    {
        var advertised = layout.AdvertisedToBrokersAndClients.Select(listener => listener.Name).ToList();
        if (advertised.Count == 0)
        {
            context.Fail(
                context.IsGiven(BrokerKeys.AdvertisedListeners) ? BrokerKeys.AdvertisedListeners : BrokerKeys.Listeners,
                $"a broker needs at least one listener that is not in {BrokerKeys.ControllerListenerNames}");
            return;
        }

        context.Require(
            advertised.Contains(layout.InterBrokerListenerName),
            context.IsGiven(BrokerKeys.SecurityInterBrokerProtocol) ? BrokerKeys.SecurityInterBrokerProtocol : BrokerKeys.InterBrokerListenerName,
            $"brokers would use listener {layout.InterBrokerListenerName}, which is not advertised; name one of {string.Join(", ", advertised)}");
        var unknown = advertised.Where(name => layout.All.All(listener => listener.Name != name)).ToList();
        context.Require(
            unknown.Count == 0,
            BrokerKeys.AdvertisedListeners,
            $"{string.Join(", ", unknown)} is not in {BrokerKeys.Listeners}, which has {string.Join(", ", layout.All.Select(listener => listener.Name))}");
    }
}
