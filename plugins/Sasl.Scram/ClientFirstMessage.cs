namespace Kafka.Modular.Sasl.Scram;

/// <summary>The client's first message: <c>n,[a=authzid],[m=…,]n=name,r=nonce[,extension…]</c>. Only clients without channel binding are served.</summary>
/// <param name="AuthorizationId">Who it wants to be, or empty.</param>
/// <param name="User">Its name, or the id of a delegation token.</param>
/// <param name="Nonce">The client's half of the nonce.</param>
/// <param name="IsToken">Whether it shows a delegation token (KIP-48).</param>
/// <param name="Bare">The message without its first two parts, as it is signed.</param>
internal sealed record ClientFirstMessage(string AuthorizationId, string User, string Nonce, bool IsToken, string Bare)
{
    private const string TokenExtension = "tokenauth=";

    /// <summary>Reads one; null when it is not one.</summary>
    public static ClientFirstMessage? TryParse(string message)
    {
        var parts = message.Split(',');
        if (parts.Length < 4 || !string.Equals(parts[0], "n", StringComparison.Ordinal))
            return null;
        var authorizationId = parts[1].Length == 0 ? "" : ScramText.Attribute(parts[1], 'a') is { } escaped ? ScramText.Name(escaped) : null;
        var at = 2;
        if (ScramText.Attribute(parts[at], 'm') is not null)
            at++;
        if (authorizationId is null
            || parts.Length < at + 2
            || ScramText.Attribute(parts[at], 'n') is not { } name
            || ScramText.Name(name) is not { } user
            || ScramText.Attribute(parts[at + 1], 'r') is not { } nonce
            || !ScramText.IsNonce(nonce))
        {
            return null;
        }

        var extensions = parts[(at + 2)..];
        return extensions.All(ScramText.IsExtension)
            ? new(authorizationId, user, nonce, extensions.Any(IsTokenExtension), message[(parts[0].Length + parts[1].Length + 2)..])
            : null;
    }

    private static bool IsTokenExtension(string extension)
        => extension.StartsWith(TokenExtension, StringComparison.Ordinal) && extension[TokenExtension.Length..].Equals("true", StringComparison.OrdinalIgnoreCase);
}
