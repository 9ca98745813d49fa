using System.Buffers;

namespace Kafka.Modular.Sasl.Scram;

/// <summary>The parts of SCRAM's messages (RFC 5802, section 7), as Kafka takes them: of ASCII alone.</summary>
internal static class ScramText
{
    private static readonly SearchValues<char> s_base64 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");

    /// <summary>The value of an attribute, or null when the part is another one.</summary>
    public static string? Attribute(string part, char name) => part.Length > 2 && part[0] == name && part[1] == '=' ? part[2..] : null;

    /// <summary>A name in which commas and equals signs are escaped; null when it is not one.</summary>
    public static string? Name(string escaped)
    {
        if (!IsValue(escaped))
            return null;
        for (var at = escaped.IndexOf('=', StringComparison.Ordinal); at >= 0; at = escaped.IndexOf('=', at + 1))
        {
            if (escaped.AsSpan(at + 1) is not (['2', 'C', ..] or ['3', 'D', ..]))
                return null;
        }

        return escaped.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }

    /// <summary>Whether it is a nonce.</summary>
    public static bool IsNonce(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Whether it is an extension: letters, an equals sign, a value.</summary>
    public static bool IsExtension(string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0 || !IsValue(part[(equals + 1)..]))
            return false;
        foreach (var letter in part.AsSpan(0, equals))
        {
            if (!char.IsAsciiLetter(letter))
                return false;
        }

        return true;
    }

    /// <summary>The bytes of a base64 text; null when it is not one.</summary>
    public static byte[]? Bytes(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(s_base64))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    // Commas are what parts the message.
    private static bool IsValue(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('\x01', '\x7F');
}
