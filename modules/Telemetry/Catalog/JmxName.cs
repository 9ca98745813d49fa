namespace Kafka.Modular.Telemetry.Catalog;

/// <summary>
/// The JMX ObjectName under which Apache Kafka has a metric, with the attribute that holds the value where the bean has several. A key whose value is
/// <c>*</c> differs from bean to bean and becomes a label.
/// </summary>
/// <param name="Domain">For example <c>kafka.server</c>.</param>
/// <param name="Type">Value of the key <c>type</c>.</param>
/// <param name="Name">Value of the key <c>name</c>, or null for a bean with attributes of their own names.</param>
/// <param name="Keys">The keys whose values differ, in order.</param>
/// <param name="Attribute">The attribute, or null for the usual one of the kind.</param>
public sealed record JmxName(string Domain, string Type, string? Name, IReadOnlyList<string> Keys, string? Attribute)
{
    /// <summary>Reads <c>domain:type=T,name=N,key=*</c>, with <c>#attribute</c> behind it where the bean has several.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static JmxName Parse(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var bean = hash < 0 ? text : text[..hash];
        var colon = bean.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
            throw new FormatException($"'{text}' has no domain");
        string? type = null;
        string? name = null;
        var keys = new List<string>();
        foreach (var property in bean[(colon + 1)..].Split(','))
        {
            var equals = property.IndexOf('=', StringComparison.Ordinal);
            switch (equals < 0 ? "" : property[..equals])
            {
                case "type":
                    type = property[(equals + 1)..];
                    break;
                case "name":
                    name = property[(equals + 1)..];
                    break;
                case var key when key.Length > 0 && property.AsSpan(equals + 1) is "*":
                    keys.Add(key);
                    break;
                default:
                    throw new FormatException($"'{text}': '{property}' is neither type, name nor key=*");
            }
        }

        return new JmxName(bean[..colon], type ?? throw new FormatException($"'{text}' has no type"), name, keys, hash < 0 ? null : text[(hash + 1)..]);
    }

    /// <summary>The ObjectName, with <c>#attribute</c> where it has one.</summary>
    public override string ToString() =>
        $"{Domain}:type={Type}{(Name is null ? "" : $",name={Name}")}{string.Concat(Keys.Select(static key => $",{key}=*"))}{(Attribute is null ? "" : $"#{Attribute}")}";
}
