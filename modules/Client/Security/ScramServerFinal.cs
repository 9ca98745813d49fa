using System.Text.RegularExpressions;

namespace Kafka.Modular.Client.Security;

/// <summary>The server's last message (RFC 5802, section 7): an error or its signature.</summary>
internal sealed partial record ScramServerFinal(string? Error, byte[] Signature)
{
    /// <summary>Reads one; null when it is none.</summary>
    public static ScramServerFinal? TryParse(string message)
    {
        var match = Format().Match(message);
        if (!match.Success)
        {
            return null;
        }

        return match.Groups["error"] is { Success: true } error
            ? new ScramServerFinal(error.Value, [])
            : new ScramServerFinal(null, Convert.FromBase64String(match.Groups["signature"].Value));
    }

    [GeneratedRegex(
        @"\A(?:e=(?<error>[\x01-\x2B\x2D-\x3C\x3E-\x7F]+)|v=(?<signature>(?:[a-zA-Z0-9/+]{4})*(?:[a-zA-Z0-9/+]{3}=|[a-zA-Z0-9/+]{2}==)?))(?:,[A-Za-z]+=[\x01-\x2B\x2D-\x7F]+)*\z",
        RegexOptions.None,
        1000)]
    private static partial Regex Format();
}
