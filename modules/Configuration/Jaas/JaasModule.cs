namespace Kafka.Modular.Configuration.Jaas;

/// <summary>One login module of a JAAS configuration.</summary>
/// <param name="Name">Class of the module.</param>
/// <param name="Control">required, requisite, sufficient or optional.</param>
/// <param name="Options">Its options, in their order; values may be secret.</param>
public sealed record JaasModule(string Name, string Control, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>The value of an option, or null. Of an option that is given twice, the last value, as Java's login configuration has it.</summary>
    public string? Find(string option)
    {
        for (var i = Options.Count - 1; i >= 0; i--)
        {
            if (Options[i].Key == option)
            {
                return Options[i].Value;
            }
        }

        return null;
    }

    /// <summary>Name and control, without the options, which may be secret.</summary>
    public override string ToString() => $"{Name} {Control}";
}
