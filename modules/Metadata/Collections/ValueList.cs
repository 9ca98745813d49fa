using System.Collections;
using System.Runtime.CompilerServices;

namespace Kafka.Modular.Metadata.Collections;

/// <summary>
/// An immutable list that is equal to another one with the same elements in the same order. The default value is the empty list. Safe on any thread.
/// </summary>
/// <typeparam name="T">Type of the elements; their own equality counts.</typeparam>
[CollectionBuilder(typeof(ValueList), nameof(ValueList.Create))]
public readonly struct ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[]? _items;

    internal ValueList(T[] items) => _items = items;

    /// <summary>Number of elements.</summary>
    public int Count => _items?.Length ?? 0;

    /// <summary>True without elements.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>The element at <paramref name="index"/>.</summary>
    /// <exception cref="IndexOutOfRangeException">There is none.</exception>
    public T this[int index] => (_items ?? [])[index];

    /// <summary>The elements where they lie.</summary>
    public ReadOnlySpan<T> AsSpan() => _items;

    /// <summary>The elements where they lie.</summary>
    public ReadOnlyMemory<T> AsMemory() => _items;

    /// <summary>Whether <paramref name="item"/> is among the elements.</summary>
    public bool Contains(T item) => IndexOf(item) >= 0;

    /// <summary>Position of the first element equal to <paramref name="item"/>, -1 without one.</summary>
    public int IndexOf(T item) => _items is null ? -1 : Array.IndexOf(_items, item);

    /// <summary>Walks the elements without allocating.</summary>
    public ReadOnlySpan<T>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <inheritdoc/>
    IEnumerator<T> IEnumerable<T>.GetEnumerator() => ((IEnumerable<T>)(_items ?? [])).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => (_items ?? []).GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(ValueList<T> other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ValueList<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in AsSpan())
            hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>The elements in brackets, as Kafka logs lists.</summary>
    public override string ToString() => $"[{string.Join(", ", _items ?? [])}]";

    /// <summary>Whether both hold the same elements in the same order.</summary>
    public static bool operator ==(ValueList<T> left, ValueList<T> right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(ValueList<T> left, ValueList<T> right) => !left.Equals(right);
}
