namespace Kafka.Modular.Configuration.Keys;

/// <summary>One configuration key: what it is called, what it may hold, who owns it.</summary>
public sealed record ConfigurationKey
{
    /// <summary>Kafka's name, such as <c>socket.request.max.bytes</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Type of the value.</summary>
    public required ConfigurationType Type { get; init; }

    /// <summary>What it belongs to.</summary>
    public required ConfigurationScope Scope { get; init; }

    /// <summary>Default in Kafka's text form; null for a key without one, see <see cref="IsRequired"/>.</summary>
    public string? Default { get; init; }

    /// <summary>Whether the value must be given because there is no default.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether the value may be absent.</summary>
    public bool IsNullable { get; init; }

    /// <summary>What a value must satisfy besides its type.</summary>
    public ConfigurationConstraint? Constraint { get; init; }

    /// <summary>How much it matters.</summary>
    public ConfigurationImportance Importance { get; init; } = ConfigurationImportance.Medium;

    /// <summary>How it can change at run time (broker keys).</summary>
    public UpdateMode UpdateMode { get; init; }

    /// <summary>Whether it may be set for one listener alone.</summary>
    public ListenerPrefix ListenerPrefix { get; init; }

    /// <summary>Whether Kafka leaves it out of its documentation.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Whether it can only be set while the server runs, by the tools, and not in a file.</summary>
    public bool IsRuntimeOnly { get; init; }

    /// <summary>Whether it is a text that is split at commas where it is used, so that a file may give it as a list.</summary>
    public bool IsSplit { get; init; }

    /// <summary>What stands between the items of a list in text form.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>
    /// Broker keys that count when this one is not set, first one first. For a broker key these are Kafka's older spellings of the
    /// same thing in another unit; for topics and groups the broker's defaults.
    /// </summary>
    public IReadOnlyList<string> Synonyms { get; init; } = [];

    /// <summary>For a quota key the kinds of entity that may have it: user, client-id, ip.</summary>
    public IReadOnlyList<string> Entities { get; init; } = [];

    /// <summary>Module that reads it.</summary>
    public string Module { get; init; } = "";

    /// <summary>Name of the settings record that holds it.</summary>
    public string Settings { get; init; } = "";

    /// <summary>One line of help.</summary>
    public string Help { get; init; } = "";

    /// <summary>Whether the value must never be shown.</summary>
    public bool IsSensitive => Type == ConfigurationType.Password;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
