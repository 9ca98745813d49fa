namespace Kafka.Modular.Metadata.Collections;

/// <summary>Makes <see cref="ValueList{T}"/>s.</summary>
public static class ValueList
{
    /// <summary>A list with a copy of the elements; also behind collection expressions.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? default : new ValueList<T>(items.ToArray());

    /// <summary>A list with a copy of the elements.</summary>
    public static ValueList<T> From<T>(IEnumerable<T> items)
    {
        T[] copy = [.. items];
        return copy.Length == 0 ? default : new ValueList<T>(copy);
    }

    /// <summary>A list of what <paramref name="convert"/> makes of each element.</summary>
    public static ValueList<TResult> Map<TSource, TResult>(IReadOnlyList<TSource>? items, Func<TSource, TResult> convert)
    {
        if (items is null || items.Count == 0)
            return default;
        var copy = new TResult[items.Count];
        for (var index = 0; index < copy.Length; index++)
            copy[index] = convert(items[index]);
        return new ValueList<TResult>(copy);
    }
}
