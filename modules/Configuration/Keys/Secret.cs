using System.Security.Cryptography;
using System.Text;

namespace Kafka.Modular.Configuration.Keys;

/// <summary>A value of type PASSWORD. Its text form is always <c>[hidden]</c>; <see cref="Reveal"/> gives the value itself.</summary>
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>What is printed in place of any secret, as Kafka does.</summary>
    public const string Hidden = "[hidden]";

    private readonly string value;

    /// <summary>Wraps a value.</summary>
    public Secret(string value) => this.value = value;

    /// <summary>The value. For use at the place that needs it, never for a log or a reply.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(other.value));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    /// <summary>Always <c>[hidden]</c>.</summary>
    public override string ToString() => Hidden;
}
