namespace Kafka.Modular.Configuration.Sources;

/// <summary>One value as a source has it, before its key is known to exist.</summary>
/// <param name="Name">The key.</param>
/// <param name="Text">The value as text; null when it is a list or nothing.</param>
/// <param name="Items">The value as a list, where the source has lists.</param>
/// <param name="Origin">Where it stands.</param>
public sealed record ConfigurationEntry(string Name, string? Text, IReadOnlyList<string>? Items, ConfigurationOrigin Origin)
{
    /// <summary>Whether the source names the key but gives it nothing.</summary>
    public bool IsNothing => Text is null && Items is null;
}
