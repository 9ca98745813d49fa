namespace Kafka.Modular.Configuration.Import;

/// <summary>One login module of a JAAS configuration.</summary>
/// <param name="Name">Class of the module.</param>
/// <param name="Control">required, requisite, sufficient or optional.</param>
/// <param name="Options">Its options, in their order; values may be secret.</param>
public sealed record JaasModule(string Name, string Control, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>The value of an option, or null.</summary>
    public string? Find(string option)
    {
        foreach (var (name, value) in Options)
        {
            if (name == option)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Name and control, without the options, which may be secret.</summary>
    public override string ToString() => $"{Name} {Control}";
}
