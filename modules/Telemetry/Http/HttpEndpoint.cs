using System.Globalization;

namespace Kafka.Modular.Telemetry.Http;

/// <summary>An address of the page with metrics and health, as <c>http.listeners</c> names it.</summary>
/// <param name="Host">A name or an address; empty for every interface.</param>
/// <param name="Port">The port, 0 for one that is free.</param>
public readonly record struct HttpEndpoint(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>, <c>[address]:port</c> or <c>:port</c>.</summary>
    /// <exception cref="HttpListenerFailedException">It is not of that form.</exception>
    public static HttpEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new HttpListenerFailedException($"http.listeners: '{text}' is not host:port");
        return new HttpEndpoint(text[..colon].Trim('[', ']'), port);
    }

    /// <summary><c>host:port</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
