using System.Collections;

namespace Latchkey.Claude;

/// <summary>A list that is equal to another one with equal items, so that records which hold it keep their value equality.</summary>
internal sealed class ValueList<T>(T[] items) : IReadOnlyList<T>, IEquatable<ValueList<T>>
    where T : IEquatable<T>
{
    public static readonly ValueList<T> Empty = new([]);

    public int Count => items.Length;

    public T this[int index] => items[index];

    /// <summary>Copies unless that would change nothing: a record's list must not change under it.</summary>
    public static ValueList<T> From(IReadOnlyList<T>? list) => list switch
    {
        null or { Count: 0 } => Empty,
        ValueList<T> same => same,
        _ => new ValueList<T>([.. list]),
    };

    public bool Equals(ValueList<T>? other) => other is not null && items.AsSpan().SequenceEqual(other.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in items)
        {
            hash.Add(item);
        }
        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"[{string.Join(", ", items)}]";

    private ReadOnlySpan<T> AsSpan() => items;
}
