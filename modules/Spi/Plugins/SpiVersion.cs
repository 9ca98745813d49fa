namespace Kafka.Modular.Spi.Plugins;

/// <summary>
/// Version of these contracts, as <c>plugin.yaml</c> names it. The major number rises when a plugin built before no longer works, the minor when
/// something was added; a plugin fits a host of the same major and the same or a higher minor number.
/// </summary>
/// <param name="Major">Rises with incompatible changes.</param>
/// <param name="Minor">Rises with additions.</param>
public readonly record struct SpiVersion(int Major, int Minor)
{
    /// <summary>The version of this assembly.</summary>
    public static SpiVersion Current { get; } = new(1, 0);

    /// <summary>Whether a plugin built for <paramref name="plugin"/> runs on this version.</summary>
    public bool Supports(SpiVersion plugin) => plugin.Major == Major && plugin.Minor <= Minor;

    /// <summary>Reads <c>major.minor</c>.</summary>
    public static bool TryParse(string? text, out SpiVersion version)
    {
        version = default;
        var parts = text?.Split('.');
        if (parts is not { Length: 2 } || !TryParsePart(parts[0], out var major) || !TryParsePart(parts[1], out var minor))
            return false;
        version = new(major, minor);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private static bool TryParsePart(string text, out int value)
        => int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out value);
}
