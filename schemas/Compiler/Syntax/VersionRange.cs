using System.Globalization;

namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>An inclusive range of versions; open at the top when <see cref="High"/> is <see cref="Top"/>; empty when High is below Low.</summary>
internal readonly record struct VersionRange(int Low, int High)
{
    /// <summary>Stands for "and every later version".</summary>
    public const int Top = short.MaxValue;

    /// <summary>Every version.</summary>
    public static VersionRange All => new(0, Top);

    /// <summary>No version.</summary>
    public static VersionRange None => new(0, -1);

    /// <summary>True when no version is in the range.</summary>
    public bool IsEmpty => High < Low;

    /// <summary>True when the version is in the range.</summary>
    public bool Contains(int version) => version >= Low && version <= High;

    /// <summary>True when every version of the other range is in this one.</summary>
    public bool Covers(VersionRange other) => other.IsEmpty || (other.Low >= Low && other.High <= High);

    /// <summary>The versions in both.</summary>
    public VersionRange Intersect(VersionRange other)
    {
        var both = new VersionRange(Math.Max(Low, other.Low), Math.Min(High, other.High));
        return both.IsEmpty ? None : both;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (IsEmpty)
        {
            return "none";
        }

        string low = Low.ToString(CultureInfo.InvariantCulture);
        return High == Top ? low + ".." : High == Low ? low : low + ".." + High.ToString(CultureInfo.InvariantCulture);
    }
}
