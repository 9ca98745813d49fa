using System.Text;

namespace Kafka.Modular.Telemetry.Http;

/// <summary>The head of a request, as far as this server needs it (RFC 9112). Pure.</summary>
internal readonly record struct HttpRequestHead(string Method, string Path, bool KeepAlive, bool HasBody)
{
    private const string Http11 = "HTTP/1.1";

    /// <summary>Where the head ends behind its empty line, or -1 while it is not complete.</summary>
    public static int EndOf(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
    }

    /// <summary>Reads a complete head; null when it is not one of HTTP/1.</summary>
    public static HttpRequestHead? Read(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var parts = lines[0].Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal) || parts[1].Length == 0)
            return null;
        var keepAlive = parts[2] == Http11;
        var hasBody = false;
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                continue;
            var value = line.AsSpan(colon + 1).Trim();
            switch (line[..colon].ToUpperInvariant())
            {
                case "CONNECTION":
                    keepAlive = value.Contains("close", StringComparison.OrdinalIgnoreCase) ? false
                        : keepAlive || value.Contains("keep-alive", StringComparison.OrdinalIgnoreCase);
                    break;
                case "CONTENT-LENGTH":
                    hasBody |= value is not "0";
                    break;
                case "TRANSFER-ENCODING":
                    hasBody = true;
                    break;
            }
        }

        var query = parts[1].IndexOf('?', StringComparison.Ordinal);
        return new HttpRequestHead(parts[0], query < 0 ? parts[1] : parts[1][..query], keepAlive, hasBody);
    }
}
