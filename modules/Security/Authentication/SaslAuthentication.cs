using System.Globalization;
using System.Net;
using System.Text;
using Kafka.Modular.Core.Limits;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>Authentication on the SASL listeners of a node: makes the sessions of their connections, and tells the log of those that fail. Any thread.</summary>
public sealed class SaslAuthentication
{
    private const int LongestText = 300;
    private const int Burst = 20;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly SaslAuthenticationParts _parts;
    private readonly Dictionary<string, SaslListener> _listeners;
    private readonly PeerLogRateLimit _failures;
    private readonly PeerLogRateLimit _expirations;

    /// <summary>Creates the authentication of listeners.</summary>
    /// <param name="listeners">Their names in upper case, and whether they use TLS.</param>
    /// <param name="parts">What it is made of.</param>
    public SaslAuthentication(IEnumerable<(string Name, bool IsEncrypted)> listeners, SaslAuthenticationParts parts)
    {
        _parts = parts;
        _listeners = listeners.ToDictionary(static each => each.Name, each => new SaslListener(each.Name, each.IsEncrypted, parts), StringComparer.Ordinal);
        _failures = new PeerLogRateLimit(parts.Time, Burst, s_interval);
        _expirations = new PeerLogRateLimit(parts.Time, Burst, s_interval);
    }

    /// <summary>What is wrong with the configuration, one line each; for the start.</summary>
    public IEnumerable<string> Problems() => _listeners.Values.SelectMany(static listener => listener.Problems());

    /// <summary>Begins the authentication of a connection.</summary>
    /// <param name="listener">Name of its listener.</param>
    /// <param name="address">The client's address.</param>
    public SaslSession Open(string listener, IPAddress address) => new(_listeners[listener], address, _parts.Time);

    /// <summary>The mechanisms that a listener offers now.</summary>
    /// <param name="listener">Its name.</param>
    public IReadOnlyList<string> MechanismsOf(string listener) => _listeners[listener].Mechanisms;

    /// <summary>Largest frame of a client that is not authenticated yet, in bytes (<c>sasl.server.max.receive.size</c>).</summary>
    /// <param name="listener">Name of the listener.</param>
    public int MaximumReceiveSize(string listener) => _listeners[listener].MaximumReceiveSize;

    /// <summary>Tells the log who was let in.</summary>
    /// <param name="session">The session.</param>
    /// <param name="identity">Who it is.</param>
    /// <param name="connection">Name of the connection.</param>
    public void OnSuccess(SaslSession session, ClientIdentity identity, string connection)
        => _parts.Logger.Authenticated(session.IsReauthentication ? "re-authenticated" : "authenticated", connection, identity.Listener, identity.Principal, session.Mechanism!);

    /// <summary>Tells the log why somebody was not let in, at a rate that is bounded for each address and in all.</summary>
    /// <param name="session">The session.</param>
    /// <param name="failure">Why.</param>
    /// <param name="connection">Name of the connection.</param>
    /// <param name="peer">The client.</param>
    /// <param name="listener">Name of the listener.</param>
    public void OnFailure(SaslSession session, SaslFailure failure, string connection, IPEndPoint peer, string listener)
    {
        if (!_failures.TryAcquire(peer.Address, out var suppressed))
            return;
        _parts.Logger.AuthenticationFailed(
            session.IsReauthentication ? "re-authentication" : "authentication",
            peer.ToString(),
            connection,
            listener,
            session.AskedFor,
            Printable(failure.Cause),
            failure.Hint is null ? "" : $" Hint: {Printable(failure.Hint)}.",
            LogRateLimit.LeftOut(suppressed));
    }

    /// <summary>Tells the log that a session was over its lifetime, at such a rate as well.</summary>
    /// <param name="session">The session.</param>
    /// <param name="connection">Name of the connection.</param>
    /// <param name="listener">Name of the listener.</param>
    public void OnExpired(SaslSession session, string connection, string listener)
    {
        if (_expirations.TryAcquire(session.Address, out var suppressed))
        {
            _parts.Logger.SessionExpired(
                connection,
                listener,
                session.Mechanism!,
                session.ClientReauthenticates ? "the client did not authenticate again in time" : "its client does not authenticate again (KIP-368)",
                LogRateLimit.LeftOut(suppressed));
        }
    }

    // Causes may quote what a client sent: one line, no control characters, not too long.
    private static string Printable(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, LongestText));
        foreach (var each in text.AsSpan(0, Math.Min(text.Length, LongestText)))
            line.Append(char.IsControl(each) || char.GetUnicodeCategory(each) is UnicodeCategory.Format or UnicodeCategory.LineSeparator ? '?' : each);
        return text.Length > LongestText ? line.Append('…').ToString() : line.ToString();
    }
}
