using System.Formats.Asn1;
using System.Text;

namespace Kafka.Modular.Security.Principals;

/// <summary>
/// The text of an X.500 name by RFC 2253, letter for letter as Java's <c>X500Principal.getName()</c> writes it, since ACLs and <c>super.users</c> are compared with it:
/// the last name first, no space after the comma, other types than RFC 2253 names by their number with the value in hexadecimal.
/// </summary>
public static class DistinguishedName
{
    private const string Escaped = ",=+<>#;\"\\";

    // RFC 2253, section 2.3, with the two of RFC 1274 that Java adds.
    private static readonly Dictionary<string, string> s_keywords = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.25"] = "DC",
    };

    /// <summary>Writes a name.</summary>
    /// <param name="encoded">The name as DER, such as <c>X509Certificate2.SubjectName.RawData</c>.</param>
    /// <exception cref="AsnContentException">It is no name.</exception>
    public static string Format(ReadOnlyMemory<byte> encoded)
    {
        var reader = new AsnReader(encoded, AsnEncodingRules.BER);
        var names = reader.ReadSequence();
        var parts = new List<string>();
        while (names.HasData)
        {
            parts.Add(ReadRelative(names.ReadSetOf(skipSortOrderValidation: true)));
        }

        parts.Reverse();
        return string.Join(',', parts);
    }

    private static string ReadRelative(AsnReader set)
    {
        var text = new StringBuilder();
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var type = attribute.ReadObjectIdentifier();
            if (text.Length > 0)
            {
                text.Append('+');
            }

            var isKnown = s_keywords.TryGetValue(type, out var keyword);
            text.Append(keyword ?? type).Append('=');
            var tag = attribute.PeekTag();
            var value = attribute.ReadEncodedValue();
            if (isKnown && IsText(tag))
            {
                AppendText(text, Content(value));
            }
            else
            {
                text.Append('#').Append(Convert.ToHexStringLower(value.Span));
            }
        }

        return text.ToString();
    }

    private static bool IsText(Asn1Tag tag) => tag.TagClass == TagClass.Universal && (UniversalTagNumber)tag.TagValue
        is UniversalTagNumber.PrintableString or UniversalTagNumber.T61String or UniversalTagNumber.IA5String
        or UniversalTagNumber.GeneralString or UniversalTagNumber.BMPString or UniversalTagNumber.UTF8String;

    // Java takes the bytes for UTF-8 whatever the kind of string is.
    private static string Content(ReadOnlyMemory<byte> value)
    {
        AsnDecoder.ReadEncodedValue(value.Span, AsnEncodingRules.BER, out var offset, out var length, out _);
        return Encoding.UTF8.GetString(value.Span.Slice(offset, length));
    }

    private static void AppendText(StringBuilder text, string value)
    {
        var first = 0;
        while (first < value.Length && IsBlank(value[first]))
        {
            first++;
        }

        var last = value.Length - 1;
        while (last >= 0 && IsBlank(value[last]))
        {
            last--;
        }

        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\0')
            {
                text.Append("\\00");
                continue;
            }

            if (i < first || i > last || Escaped.Contains(value[i], StringComparison.Ordinal))
            {
                text.Append('\\');
            }

            text.Append(value[i]);
        }
    }

    private static bool IsBlank(char letter) => letter is ' ' or '\r';
}
