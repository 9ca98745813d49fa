namespace Kafka.Modular.Configuration.Sources;

/// <summary>Something wrong in a configuration, as one line for an operator. It never holds a secret's value.</summary>
/// <param name="Origin">Where it stands.</param>
/// <param name="Key">The key; empty when the file itself cannot be read.</param>
/// <param name="Message">What is wrong and what was expected.</param>
/// <param name="Hint">What to do, such as the nearest known key; may be empty.</param>
public sealed record ConfigurationProblem(ConfigurationOrigin Origin, string Key, string Message, string Hint = "")
{
    /// <summary><c>server.yaml:12: log.retention.mss is not a known key; did you mean log.retention.ms?</c></summary>
    public override string ToString()
    {
        var where = Origin.Kind == ConfigurationOriginKind.Default ? "" : $"{Origin}: ";
        var key = Key.Length == 0 ? "" : $"{Key}: ";
        return Hint.Length == 0 ? $"{where}{key}{Message}" : $"{where}{key}{Message}; {Hint}";
    }
}
