namespace Kafka.Modular.Spi.Compression;

/// <summary>The range of <c>compression.&lt;type&gt;.level</c>.</summary>
/// <param name="Min">Smallest level.</param>
/// <param name="Max">Largest level.</param>
/// <param name="Default">Level where none is configured.</param>
/// <param name="Automatic">A level outside of the range that means the default (gzip: -1), if there is one.</param>
public sealed record CompressionLevels(int Min, int Max, int Default, int? Automatic = null)
{
    /// <summary>Whether a configured level is allowed.</summary>
    public bool Contains(int level) => (level >= Min && level <= Max) || level == Automatic;

    /// <summary>The level to use for one that was asked for, or for none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside of the range.</exception>
    public int Resolve(int? level)
    {
        if (level is null || level == Automatic)
            return Default;
        return Contains(level.Value) ? level.Value : throw new ArgumentOutOfRangeException(nameof(level), level, $"The level must be in [{Min}, {Max}].");
    }
}
