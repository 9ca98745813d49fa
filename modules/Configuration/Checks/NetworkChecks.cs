using System.Globalization;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Listeners;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Tls;

namespace Kafka.Modular.Configuration.Checks;

/// <summary>Rules of connections and of their security, those of Kafka's <c>KafkaConfig.validateValues</c> and of what its channel builders need.</summary>
internal static class NetworkChecks
{
    public static void Check(CheckContext context, ListenerLayout layout)
    {
        var values = context.Values;
        var queued = values.Int64(BrokerKeys.QueuedMaxRequestBytes);
        if (queued > 0)
        {
            context.RequireAtMost(BrokerKeys.SocketRequestMaxBytes, BrokerKeys.QueuedMaxRequestBytes);
        }

        var idle = values.Int64(BrokerKeys.ConnectionsMaxIdleMs);
        context.Require(
            idle < 0 || values.Int32(BrokerKeys.ConnectionFailedAuthenticationDelayMs) < idle,
            BrokerKeys.ConnectionFailedAuthenticationDelayMs,
            $"must be less than {BrokerKeys.ConnectionsMaxIdleMs} ({idle}), else a refused client never reads why");
        CheckPerIp(context);
        foreach (var listener in layout.All)
        {
            CheckListener(context, listener);
        }

        if (layout.InterBrokerProtocol.UsesSasl() && context.Values.List(BrokerKeys.ProcessRoles).Contains("broker"))
        {
            var mechanisms = For(context, layout.InterBrokerListenerName).List(BrokerKeys.SaslEnabledMechanisms);
            var mechanism = values.Text(BrokerKeys.SaslMechanismInterBrokerProtocol);
            context.Require(
                mechanisms.Contains(mechanism),
                BrokerKeys.SaslMechanismInterBrokerProtocol,
                $"brokers use SASL among themselves, so {mechanism} must be in {BrokerKeys.SaslEnabledMechanisms} of listener {layout.InterBrokerListenerName}, which has {string.Join(", ", mechanisms)}");
        }
    }

    /// <summary>Reads <c>max.connections.per.ip.overrides</c>.</summary>
    /// <param name="text">Pairs as host:count, joined by commas.</param>
    /// <param name="problem">What is wrong with it; null if nothing.</param>
    public static Dictionary<string, int> ReadOverrides(string text, out string? problem)
    {
        var overrides = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        problem = null;
        foreach (var pair in ConfigurationValues.SplitList(text))
        {
            var colon = pair.LastIndexOf(':');
            var host = colon > 0 ? pair[..colon].Trim().Trim('[', ']') : "";
            if (host.Length == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown
                || !int.TryParse(pair.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                problem = $"'{pair}' does not have the form host:count";
            }
            else
            {
                overrides[host] = count;
            }
        }

        return overrides;
    }

    private static void CheckPerIp(CheckContext context)
    {
        var overrides = ReadOverrides(context.Values.Text(BrokerKeys.MaxConnectionsPerIpOverrides), out var problem);
        if (problem is not null)
        {
            context.Fail(BrokerKeys.MaxConnectionsPerIpOverrides, problem);
        }

        context.Require(
            context.Values.Int32(BrokerKeys.MaxConnectionsPerIp) > 0 || overrides.Count > 0,
            BrokerKeys.MaxConnectionsPerIp,
            $"may be 0 only if {BrokerKeys.MaxConnectionsPerIpOverrides} lets somebody in");
    }

    private static void CheckListener(CheckContext context, ListenerEndPoint listener)
    {
        var values = For(context, listener.Name);
        if (listener.Protocol.UsesSasl())
        {
            context.Require(values.List(BrokerKeys.SaslEnabledMechanisms).Count > 0, BrokerKeys.SaslEnabledMechanisms, $"listener {listener.Name} uses SASL and needs at least one mechanism");
        }

        if (!listener.Protocol.UsesTls())
        {
            return;
        }

        var file = values.TextOrNull(BrokerKeys.SslKeystoreLocation);
        var key = values.SecretOrNull(BrokerKeys.SslKeystoreKey);
        var chain = values.SecretOrNull(BrokerKeys.SslKeystoreCertificateChain);
        context.Require(
            file is not null || (key is not null && chain is not null),
            BrokerKeys.SslKeystoreLocation,
            $"listener {listener.Name} uses TLS and needs a certificate: set {BrokerKeys.SslKeystoreLocation}, or {BrokerKeys.SslKeystoreKey} with {BrokerKeys.SslKeystoreCertificateChain}, maybe with the prefix {ListenerKeyName.Start}{listener.Name.ToLowerInvariant()}.");
        context.Require(
            file is null || (key is null && chain is null),
            BrokerKeys.SslKeystoreLocation,
            $"listener {listener.Name} has its certificate both in a file and in {BrokerKeys.SslKeystoreKey}; keep one");
        CheckVersions(context, values, listener);
        if (listener.Protocol.UsesSasl() && context.Values.Text(BrokerKeys.SslClientAuth) != "none"
            && context.Given($"{ListenerKeyName.Start}{listener.Name.ToLowerInvariant()}.{BrokerKeys.SslClientAuth}") is null)
        {
            context.Warn(
                BrokerKeys.SslClientAuth,
                $"is for listeners with SSL alone; set it with the prefix {ListenerKeyName.Start}{listener.Name.ToLowerInvariant()}. to ask the clients of {listener.Name} for certificates too (KIP-684)");
        }
    }

    private static void CheckVersions(CheckContext context, PrefixedReader values, ListenerEndPoint listener)
    {
        try
        {
            TlsVersions.Read(values.List(BrokerKeys.SslEnabledProtocols), values.Text(BrokerKeys.SslProtocol), values.List(BrokerKeys.SslCipherSuites));
        }
        catch (TlsConfigurationException fault)
        {
            var key = fault.Key == BrokerKeys.SslProtocol.Name ? BrokerKeys.SslProtocol
                : fault.Key == BrokerKeys.SslCipherSuites.Name ? BrokerKeys.SslCipherSuites : BrokerKeys.SslEnabledProtocols;
            context.Fail(key, $"of listener {listener.Name}: {fault.Reason}");
        }
    }

    private static PrefixedReader For(CheckContext context, string listener) => new(context.Given, context.Values, listener, null);
}
