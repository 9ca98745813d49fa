using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Values;

namespace Kafka.Modular.Configuration.Listeners;

/// <summary>Makes the layout of listeners from its keys, by the rules of Kafka's <c>SocketServerConfigs</c> and <c>KafkaConfig</c>.</summary>
/// <param name="values">Values in force.</param>
/// <param name="isGiven">Whether a key was given, as opposed to its default.</param>
/// <param name="report">Takes a key and what is wrong with it.</param>
internal sealed class ListenerLayoutReader(ISettingsReader values, Func<ConfigurationKey, bool> isGiven, Action<ConfigurationKey, string> report)
{
    private bool failed;

    /// <summary>Reads the layout; null if anything is wrong.</summary>
    public ListenerLayout? Read()
    {
        IReadOnlyList<string> controllerNames = [.. values.List(BrokerKeys.ControllerListenerNames).Select(name => name.ToUpperInvariant())];
        var protocols = ReadProtocols(controllerNames);
        if (failed)
        {
            return null;
        }

        var all = ReadEndPoints(BrokerKeys.Listeners, values.List(BrokerKeys.Listeners), protocols);
        ListenerPorts.Check(all, problem => Fail(BrokerKeys.Listeners, problem));
        if (all.Count == 0 && !failed)
        {
            Fail(BrokerKeys.Listeners, "there must be at least one listener");
        }

        var advertised = values.ListOrNull(BrokerKeys.AdvertisedListeners) is { } given
            ? ReadEndPoints(BrokerKeys.AdvertisedListeners, given, protocols)
            : null;
        var (interBrokerName, interBrokerProtocol) = ReadInterBroker(protocols);
        var earlyStart = ReadEarlyStart(controllerNames, all);
        return failed ? null : new()
        {
            All = all,
            ControllerListenerNames = controllerNames,
            SecurityProtocols = protocols,
            AdvertisedToBrokersAndClients = [.. (advertised ?? all).Where(listener => !controllerNames.Contains(listener.Name))],
            AdvertisedByController = [.. AdvertisedByController(controllerNames, all, advertised ?? [])],
            InterBrokerListenerName = interBrokerName,
            InterBrokerProtocol = interBrokerProtocol,
            EarlyStart = earlyStart,
        };
    }

    // Without an address of its own a controller listener advertises that of listeners; 0.0.0.0 becomes this machine's name.
    private static IEnumerable<ListenerEndPoint> AdvertisedByController(
        IReadOnlyList<string> names, IReadOnlyList<ListenerEndPoint> all, IReadOnlyList<ListenerEndPoint> advertised)
    {
        foreach (var name in names)
        {
            if ((advertised.FirstOrDefault(listener => listener.Name == name) ?? all.FirstOrDefault(listener => listener.Name == name)) is { } found)
            {
                yield return advertised.Contains(found) || found.Host != "0.0.0.0" ? found : found with { Host = null };
            }
        }
    }

    private Dictionary<string, SecurityProtocol> ReadProtocols(IReadOnlyList<string> controllerNames)
    {
        var protocols = new Dictionary<string, SecurityProtocol>(StringComparer.Ordinal);
        foreach (var pair in ConfigurationValues.SplitList(values.Text(BrokerKeys.ListenerSecurityProtocolMap)))
        {
            var colon = pair.LastIndexOf(':');
            if (colon <= 0)
            {
                Fail(BrokerKeys.ListenerSecurityProtocolMap, $"'{pair}' does not have the form NAME:PROTOCOL");
            }
            else if (SecurityProtocols.Find(pair[(colon + 1)..]) is not { } protocol)
            {
                Fail(BrokerKeys.ListenerSecurityProtocolMap, $"'{pair[(colon + 1)..]}' is not a security protocol; those are {string.Join(", ", SecurityProtocols.Names)}");
            }
            else
            {
                protocols[pair[..colon].Trim().ToUpperInvariant()] = protocol;
            }
        }

        AddControllerDefaults(protocols, controllerNames);
        return protocols;
    }

    // KIP-778: without a map of its own, and where nothing uses TLS or SASL, a controller listener is PLAINTEXT.
    private void AddControllerDefaults(Dictionary<string, SecurityProtocol> protocols, IReadOnlyList<string> controllerNames)
    {
        if (isGiven(BrokerKeys.ListenerSecurityProtocolMap))
        {
            return;
        }

        var names = values.List(BrokerKeys.Listeners).Select(listener => listener.Split(':')[0].ToUpperInvariant()).Concat(controllerNames);
        if (names.Any(name => name is "SSL" or "SASL_SSL" or "SASL_PLAINTEXT"))
        {
            return;
        }

        foreach (var name in controllerNames)
        {
            protocols.TryAdd(name, SecurityProtocol.Plaintext);
        }
    }

    private List<ListenerEndPoint> ReadEndPoints(ConfigurationKey key, IReadOnlyList<string> texts, Dictionary<string, SecurityProtocol> protocols)
    {
        var endPoints = new List<ListenerEndPoint>();
        foreach (var text in texts)
        {
            if (!ListenerEndPoint.TrySplit(text, out var name, out var host, out var port))
            {
                Fail(key, $"'{text}' does not have the form NAME://host:port");
            }
            else if (!protocols.TryGetValue(name, out var protocol))
            {
                Fail(key, $"listener {name} has no security protocol; add {name}:PLAINTEXT, or another protocol, to {BrokerKeys.ListenerSecurityProtocolMap}");
            }
            else if (endPoints.Any(other => other.Name == name))
            {
                Fail(key, $"each listener must have a different name, {name} stands twice");
            }
            else
            {
                endPoints.Add(new(name, protocol, host, port));
            }
        }

        return endPoints;
    }

    private (string Name, SecurityProtocol Protocol) ReadInterBroker(Dictionary<string, SecurityProtocol> protocols)
    {
        if (values.TextOrNull(BrokerKeys.InterBrokerListenerName) is not { } name)
        {
            var protocol = SecurityProtocols.Find(values.Text(BrokerKeys.SecurityInterBrokerProtocol)) ?? SecurityProtocol.Plaintext;
            return (SecurityProtocols.NameOf(protocol), protocol);
        }

        if (isGiven(BrokerKeys.SecurityInterBrokerProtocol))
        {
            Fail(BrokerKeys.InterBrokerListenerName, $"only one of {BrokerKeys.InterBrokerListenerName} and {BrokerKeys.SecurityInterBrokerProtocol} may be set");
        }

        name = name.ToUpperInvariant();
        if (!protocols.TryGetValue(name, out var found))
        {
            Fail(BrokerKeys.InterBrokerListenerName, $"listener {name} has no entry in {BrokerKeys.ListenerSecurityProtocolMap}");
        }

        return (name, found);
    }

    private List<string> ReadEarlyStart(IReadOnlyList<string> controllerNames, List<ListenerEndPoint> all)
    {
        if (values.ListOrNull(BrokerKeys.EarlyStartListeners) is not { } given)
        {
            return [.. all.Select(listener => listener.Name).Where(controllerNames.Contains)];
        }

        var names = new List<string>();
        foreach (var name in given.Select(name => name.ToUpperInvariant()))
        {
            if (!controllerNames.Contains(name) && all.All(listener => listener.Name != name))
            {
                Fail(BrokerKeys.EarlyStartListeners, $"listener {name} is neither in {BrokerKeys.Listeners} nor in {BrokerKeys.ControllerListenerNames}");
            }

            names.Add(name);
        }

        return names;
    }

    private void Fail(ConfigurationKey key, string problem)
    {
        failed = true;
        report(key, problem);
    }
}
