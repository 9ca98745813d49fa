namespace Kafka.Modular.Metadata.Features;

/// <summary>The levels of a feature that a node supports.</summary>
/// <param name="Min">Lowest level.</param>
/// <param name="Max">Highest level.</param>
public readonly record struct FeatureRange(short Min, short Max)
{
    /// <summary>Whether <paramref name="level"/> lies in the range.</summary>
    public bool Contains(short level) => level >= Min && level <= Max;

    /// <summary>As in logs: <c>1-4</c>.</summary>
    public override string ToString() => $"{Min}-{Max}";
}
