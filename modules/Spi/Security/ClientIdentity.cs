using System.Net;

namespace Kafka.Modular.Spi.Security;

/// <summary>
/// Who sends requests over a connection. One object from one authentication to the next, so that what was decided about it can be kept by reference.
/// </summary>
/// <param name="principal">Who it is.</param>
/// <param name="groups">Groups it belongs to, as principals of type <see cref="GroupType"/> without that prefix; empty when the mechanism knows none.</param>
/// <param name="address">The address it comes from; one of IPv4 never in its IPv6 form.</param>
/// <param name="listener">Name of the listener it came to.</param>
public sealed class ClientIdentity(KafkaPrincipal principal, IReadOnlyList<string> groups, IPAddress address, string listener)
{
    /// <summary>The principal type of ACLs for groups.</summary>
    public const string GroupType = "Group";

    /// <summary>Who it is.</summary>
    public KafkaPrincipal Principal { get; } = principal;

    /// <summary>Names of the groups it belongs to.</summary>
    public IReadOnlyList<string> Groups { get; } = groups;

    /// <summary>The address it comes from.</summary>
    public IPAddress Address { get; } = address;

    /// <summary>The address as ACLs name it.</summary>
    public string Host { get; } = address.ToString();

    /// <summary>Name of the listener it came to.</summary>
    public string Listener { get; } = listener;
}
