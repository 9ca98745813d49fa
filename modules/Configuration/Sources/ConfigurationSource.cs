namespace Kafka.Modular.Configuration.Sources;

/// <summary>What one source holds: a file, the environment, the built-in configuration, or values given by code.</summary>
/// <param name="Entries">Its values, in its order.</param>
/// <param name="Problems">What could not be read.</param>
public sealed record ConfigurationSource(IReadOnlyList<ConfigurationEntry> Entries, IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>A source without values.</summary>
    public static ConfigurationSource Empty { get; } = new([], []);

    /// <summary>Values given by code.</summary>
    /// <param name="values">Keys and values in Kafka's text form.</param>
    /// <param name="name">What gave them, for messages.</param>
    public static ConfigurationSource Of(IEnumerable<KeyValuePair<string, string>> values, string name = "") =>
        new([.. values.Select(pair => new ConfigurationEntry(pair.Key, pair.Value, null, new(ConfigurationOriginKind.Given, name)))], []);

    /// <summary>Reads a file: <c>.properties</c> as such, anything else as YAML.</summary>
    /// <param name="path">Its path, which also stands in messages.</param>
    public static ConfigurationSource ReadFile(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new([], [new(new(ConfigurationOriginKind.File, path), "", $"the file cannot be read: {exception.Message}")]);
        }

        return path.EndsWith(".properties", StringComparison.OrdinalIgnoreCase) ? PropertiesReader.Read(text, path) : YamlReader.Read(text, path);
    }
}
