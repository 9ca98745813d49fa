using System.Runtime.InteropServices;

namespace Kafka.Modular.Client.Connections;

/// <summary>How one request is sent.</summary>
/// <param name="Timeout">How long it may take; null takes <c>request.timeout.ms</c>.</param>
/// <param name="HighestVersion">Newest version that the caller wants.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SendOptions(TimeSpan? Timeout = null, short HighestVersion = short.MaxValue)
{
    /// <summary>As the client's options say, in the newest version.</summary>
    public static SendOptions Default => new(null);
}
