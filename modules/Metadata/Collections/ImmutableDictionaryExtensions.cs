using System.Collections.Immutable;

namespace Kafka.Modular.Metadata.Collections;

/// <summary>What images need of persistent maps.</summary>
internal static class ImmutableDictionaryExtensions
{
    /// <summary>Whether both maps hold the same entries; a map is compared with itself at once.</summary>
    public static bool ContentEquals<TKey, TValue>(
        this ImmutableDictionary<TKey, TValue> left, ImmutableDictionary<TKey, TValue> right)
        where TKey : notnull
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left.Count != right.Count)
            return false;
        foreach (var (key, value) in left)
        {
            if (!right.TryGetValue(key, out var other) || !EqualityComparer<TValue>.Default.Equals(value, other))
                return false;
        }

        return true;
    }

    /// <summary>The map with every change applied; null as a change removes the key. Untouched entries are shared, not copied.</summary>
    public static ImmutableDictionary<TKey, TValue> WithChanges<TKey, TValue>(
        this ImmutableDictionary<TKey, TValue> map, IReadOnlyDictionary<TKey, TValue?> changes)
        where TKey : notnull
        where TValue : class
    {
        if (changes.Count == 0)
            return map;
        var builder = map.ToBuilder();
        foreach (var (key, value) in changes)
        {
            if (value is null)
                builder.Remove(key);
            else
                builder[key] = value;
        }

        return builder.ToImmutable();
    }

    /// <summary>A removal for every key of the map that <paramref name="changes"/> does not name: what a snapshot does not repeat is gone.</summary>
    public static void RemoveUnnamed<TKey, TValue, TOther>(this ImmutableDictionary<TKey, TOther> map, Dictionary<TKey, TValue?> changes)
        where TKey : notnull
        where TValue : class
    {
        foreach (var key in map.Keys)
            changes.TryAdd(key, null);
    }
}
