using System.Text.RegularExpressions;
using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Cli.Configs;

/// <summary>Reads <c>--add-config</c>, <c>--add-config-file</c> and <c>--delete-config</c>.</summary>
internal static partial class ConfigArguments
{
    /// <summary>The keys to set, with their values. Brackets hold values that contain commas: <c>k1=v1,k2=[v1,v2]</c>.</summary>
    /// <exception cref="ToolException">They are not of that form.</exception>
    public static IReadOnlyDictionary<string, string> ReadAdditions(ToolOptions options)
    {
        var additions = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (options.Value("add-config-file") is { } file)
        {
            var properties = ClientProperties.ReadFile(file);
            foreach (var key in properties.Keys)
                additions[key] = properties.Find(key)!;
        }

        if (options.Value("add-config") is { } text)
        {
            foreach (var part in Comma().Split(text))
            {
                if (Equal().Split(part) is not [var key, var value])
                {
                    throw new ToolException(
                        "requirement failed: Invalid entity config: all configs to be added must be in the format \"key=val\" or  \"key=[val1,val2]\" to group values which contain commas.");
                }

                additions[key.Trim()] = value.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Trim();
            }
        }

        if (additions.Keys.FirstOrDefault(static key => !Key().IsMatch(key)) is { } wrong)
            throw new ToolException($"Invalid character found for config key: {wrong}");
        return additions;
    }

    /// <summary>The keys to remove.</summary>
    public static IReadOnlyList<string> ReadDeletions(ToolOptions options) => [.. options.Values("delete-config").SelectMany(static text => text.Split(',')).Select(static key => key.Trim())];

    // A comma, and an equals sign, that do not stand between brackets.
    [GeneratedRegex(@",(?=[^\]]*(?:\[|$))", RegexOptions.None, 1000)]
    private static partial Regex Comma();

    [GeneratedRegex(@"\s*=\s*(?=[^\]]*(?:\[|$))", RegexOptions.None, 1000)]
    private static partial Regex Equal();

    [GeneratedRegex(@"\A[a-zA-Z0-9._-]*\z", RegexOptions.None, 1000)]
    private static partial Regex Key();
}
