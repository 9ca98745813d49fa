using System.Collections.Frozen;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;

namespace Kafka.Modular.Client.Settings;

/// <summary>Client properties by Kafka's keys, as a <c>--command-config</c> file or a tool's arguments give them. Immutable.</summary>
public sealed class ClientProperties
{
    private readonly FrozenDictionary<string, string> _values;

    private ClientProperties(IEnumerable<KeyValuePair<string, string>> values) => _values = values.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>No properties.</summary>
    public static ClientProperties Empty { get; } = new([]);

    /// <summary>The keys that have a value.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>Values given by code.</summary>
    public static ClientProperties Of(IEnumerable<KeyValuePair<string, string>> values) => new(values);

    /// <summary>Reads the text of a properties file.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="ClientConfigurationException">It is not one; file and line are named.</exception>
    public static ClientProperties Read(string text, string file)
    {
        var source = PropertiesReader.Read(text, file);
        return source.Problems.Count == 0
            ? new ClientProperties(source.Entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Text ?? "")))
            : throw new ClientConfigurationException(source.Problems[0].ToString());
    }

    /// <summary>Reads a properties file.</summary>
    /// <exception cref="ClientConfigurationException">It cannot be read.</exception>
    public static ClientProperties ReadFile(string path)
    {
        try
        {
            return Read(File.ReadAllText(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ClientConfigurationException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>These properties with one that replaces another of its key.</summary>
    public ClientProperties With(string key, string value) => With([KeyValuePair.Create(key, value)]);

    /// <summary>These properties with others that win over them.</summary>
    public ClientProperties With(IEnumerable<KeyValuePair<string, string>> values)
    {
        var merged = new Dictionary<string, string>(_values, StringComparer.Ordinal);
        foreach (var (key, value) in values)
        {
            merged[key] = value;
        }

        return new ClientProperties(merged);
    }

    /// <summary>These properties with others that give way to them.</summary>
    public ClientProperties WithDefaults(IEnumerable<KeyValuePair<string, string>> values) => Of(values).With(_values);

    /// <summary>The value of a key, or null.</summary>
    public string? Find(string key) => _values.GetValueOrDefault(key);

    /// <summary>A text.</summary>
    public string GetString(string key, string defaultValue) => Find(key) ?? defaultValue;

    /// <summary>One of some words, whatever their case.</summary>
    /// <exception cref="ClientConfigurationException">It is none of them.</exception>
    public string GetChoice(string key, string defaultValue, params ReadOnlySpan<string> choices)
    {
        var value = GetString(key, defaultValue).Trim();
        foreach (var choice in choices)
        {
            if (string.Equals(choice, value, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        throw ClientConfigurationException.Invalid(key, value, $"String must be one of: {string.Join(", ", choices.ToArray())}");
    }

    /// <summary>A number of 32 bits.</summary>
    /// <exception cref="ClientConfigurationException">It is not one, or below the minimum.</exception>
    public int GetInt32(string key, int defaultValue, int minimum = int.MinValue) => (int)GetNumber(key, defaultValue, minimum, int.MaxValue, "INT");

    /// <summary>A number of 64 bits.</summary>
    /// <exception cref="ClientConfigurationException">It is not one, or below the minimum.</exception>
    public long GetInt64(string key, long defaultValue, long minimum = long.MinValue) => GetNumber(key, defaultValue, minimum, long.MaxValue, "LONG");

    /// <summary>A time in milliseconds.</summary>
    /// <exception cref="ClientConfigurationException">It is not one, or below the minimum.</exception>
    public TimeSpan GetMilliseconds(string key, long defaultValue, long minimum = 0)
    {
        // TimeSpan ends before a long of milliseconds does; nobody can tell such times apart.
        var value = GetInt64(key, defaultValue, minimum);
        return TimeSpan.FromMilliseconds(Math.Min(value, int.MaxValue * 1000L));
    }

    /// <summary>True or false.</summary>
    /// <exception cref="ClientConfigurationException">It is neither.</exception>
    public bool GetBoolean(string key, bool defaultValue) => Find(key)?.Trim() switch
    {
        null => defaultValue,
        var value when value.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        var value when value.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        var value => throw ClientConfigurationException.Invalid(key, value, "Expected value to be either true or false"),
    };

    /// <summary>A list, separated by commas; empty where the key has no value.</summary>
    public IReadOnlyList<string> GetList(string key) =>
        Find(key)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private long GetNumber(string key, long defaultValue, long minimum, long maximum, string type)
    {
        if (Find(key) is not { } text)
        {
            return defaultValue;
        }

        if (!JavaNumber.TryParseInteger(text.Trim(), out var value) || value > maximum)
        {
            throw ClientConfigurationException.Invalid(key, text, $"Not a number of type {type}");
        }

        return value >= minimum ? value : throw ClientConfigurationException.Invalid(key, text, $"Value must be at least {minimum}");
    }
}
