using System.Globalization;
using System.Numerics;
using Kafka.Modular.Schemas.Compiler.Syntax;

namespace Kafka.Modular.Schemas.Compiler.Checking;

/// <summary>Rules about one field, whatever it stands in.</summary>
internal static class FieldChecks
{
    /// <summary>Parses a whole number as the schemas write it: decimal, negative or hexadecimal.</summary>
    public static BigInteger? ParseInteger(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return BigInteger.TryParse(
            hex ? "0" + text[2..] : text,
            hex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out BigInteger value) ? value : null;
    }

    /// <summary>Reports a default that does not fit the type.</summary>
    public static void CheckDefault(Field field, Diagnostics diagnostics)
    {
        if (field.Node.Default is not { } value)
        {
            return;
        }

        if (field.DefaultsToNull)
        {
            if (!field.IsNullable)
            {
                diagnostics.Report(value.Position, $"{field.Name} is not nullable, so null cannot be its default");
            }
            else if (!field.Nullable.Covers(field.Versions) && field.Tag is not null)
            {
                diagnostics.Report(value.Position, $"{field.Name} is tagged and null by default, so it must be nullable in every version");
            }

            return;
        }

        if (field.IsList || field.Wire is WireType.Struct or WireType.Bytes or WireType.Records or WireType.Uuid)
        {
            diagnostics.Report(value.Position, "a field of this type has no default other than null");
            return;
        }

        bool fits = field.Wire switch
        {
            WireType.Bool => value is { Kind: TokenKind.Word, Text: "true" or "false" },
            WireType.String => value.Kind == TokenKind.String,
            WireType.Float64 => value.Kind == TokenKind.Number && double.TryParse(value.Text, CultureInfo.InvariantCulture, out _),
            _ => value.Kind == TokenKind.Number && ParseInteger(value.Text) is { } number && Fits(number, field.Wire),
        };
        if (!fits)
        {
            diagnostics.Report(value.Position, $"'{value.Text}' is no {field.Wire.ToString().ToLowerInvariant()}");
        }
    }

    /// <summary>Reports modifiers that contradict the type.</summary>
    public static void CheckModifiers(Field field, VersionRange flexible, Diagnostics diagnostics)
    {
        FieldNode node = field.Node;
        if (field.IsNullable && !(field.IsList || field.Wire is WireType.String or WireType.Bytes or WireType.Records or WireType.Struct))
        {
            diagnostics.Report(node.Type.Position, $"{field.Wire.ToString().ToLowerInvariant()} cannot be null");
        }

        if (field.IsList && field.Wire == WireType.Records)
        {
            diagnostics.Report(node.Type.Position, "a list of records has no encoding");
        }

        if (field is { IsList: true, Wire: WireType.Bool or WireType.UInt16 or WireType.UInt32 or WireType.Float64 or WireType.Bytes })
        {
            diagnostics.Report(node.Type.Position, $"a list of {field.Wire.ToString().ToLowerInvariant()} has no encoding here");
        }

        if (node.IsSlice && (field.Wire != WireType.Bytes || field.IsList))
        {
            diagnostics.Report(node.Position, "only bytes can be a slice");
        }

        if (node.IsInflexible && (field.Wire is not (WireType.String or WireType.Bytes or WireType.Records) || field.IsList))
        {
            diagnostics.Report(node.Position, "'flexible none' is for strings and bytes");
        }

        if (node.Tag is not { } tag)
        {
            return;
        }

        if (tag is < 0 or > 9999)
        {
            diagnostics.Report(node.Position, $"tag {tag} is not between 0 and 9999");
        }

        if (!flexible.Covers(field.Versions))
        {
            diagnostics.Report(node.Position, $"{field.Name} is tagged in {field.Versions}, but only {flexible} is flexible");
        }

        if (node.IsKey)
        {
            diagnostics.Report(node.Position, "a key cannot be tagged");
        }
    }

    private static bool Fits(BigInteger number, WireType type) => type switch
    {
        WireType.Int8 => number >= sbyte.MinValue && number <= sbyte.MaxValue,
        WireType.Int16 => number >= short.MinValue && number <= short.MaxValue,
        WireType.UInt16 => number >= 0 && number <= ushort.MaxValue,
        WireType.Int32 => number >= int.MinValue && number <= int.MaxValue,
        WireType.UInt32 => number >= 0 && number <= uint.MaxValue,
        WireType.Int64 => number >= long.MinValue && number <= long.MaxValue,
        _ => false,
    };
}
