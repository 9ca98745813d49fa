using System.Globalization;
using System.Text.RegularExpressions;

namespace Kafka.Modular.Client.Security;

/// <summary>The server's first message (RFC 5802, section 7): the nonce of both sides, salt and iterations.</summary>
internal sealed partial record ScramServerFirst(string Nonce, byte[] Salt, int Iterations)
{
    /// <summary>Reads one; null when it is none.</summary>
    public static ScramServerFirst? TryParse(string message)
    {
        var match = Format().Match(message);
        return match.Success && int.TryParse(match.Groups["iterations"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) && iterations > 0
            ? new ScramServerFirst(match.Groups["nonce"].Value, Convert.FromBase64String(match.Groups["salt"].Value), iterations)
            : null;
    }

    [GeneratedRegex(
        @"\A(?:m=[\x01-\x2B\x2D-\x7F]+,)?r=(?<nonce>[\x21-\x2B\x2D-\x7E]+),s=(?<salt>(?:[a-zA-Z0-9/+]{4})*(?:[a-zA-Z0-9/+]{3}=|[a-zA-Z0-9/+]{2}==)?),i=(?<iterations>[0-9]+)(?:,[A-Za-z]+=[\x01-\x2B\x2D-\x7F]+)*\z",
        RegexOptions.None,
        1000)]
    private static partial Regex Format();
}
