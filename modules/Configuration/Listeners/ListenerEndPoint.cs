using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Configuration.Listeners;

/// <summary>One address of <c>listeners</c> or <c>advertised.listeners</c>.</summary>
/// <param name="Name">Name of the listener, in upper case.</param>
/// <param name="Protocol">Its security protocol.</param>
/// <param name="Host">Host name or address without brackets; null stands for every interface of both address families.</param>
/// <param name="Port">Port; 0 lets the system choose.</param>
public sealed partial record ListenerEndPoint(string Name, SecurityProtocol Protocol, string? Host, int Port)
{
    /// <summary><c>NAME://host:port</c>, an IPv6 address in brackets.</summary>
    public override string ToString()
    {
        var host = Host is null ? "" : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{Name}://{host}:{Port}");
    }

    /// <summary>Splits <c>NAME://host:port</c>.</summary>
    /// <returns>Whether the text has that form and a port up to 65535.</returns>
    internal static bool TrySplit(string text, out string name, out string? host, out int port)
    {
        var match = Form().Match(text);
        name = match.Groups["name"].Value.ToUpperInvariant();
        host = match.Groups["host"].Value is { Length: > 0 } given ? given : null;
        port = 0;
        return match.Success
            && match.Groups["open"].Success == match.Groups["close"].Success
            && (match.Groups["open"].Success || host is null || !host.Contains(':', StringComparison.Ordinal))
            && int.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= 65535;
    }

    [GeneratedRegex(@"^(?<name>[^\s:/]+)://(?<open>\[)?(?<host>[0-9a-zA-Z\-%._:]*?)(?<close>\])?:(?<port>[0-9]{1,5})$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 200)]
    private static partial Regex Form();
}
