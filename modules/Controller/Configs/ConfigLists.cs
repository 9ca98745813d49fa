namespace Kafka.Modular.Controller.Configs;

/// <summary>Adds to and takes from configuration values that are lists (KIP-339).</summary>
public static class ConfigLists
{
    /// <summary>Adds items that are not in a list yet, or takes the first occurrence of each out of it. Items are compared as they stand.</summary>
    /// <param name="list">The list before, joined by commas.</param>
    /// <param name="items">The items, joined by commas.</param>
    /// <param name="append">Whether to add.</param>
    public static string Change(string list, string items, bool append)
    {
        List<string> result = [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries)];
        foreach (var item in items.Split(','))
        {
            if (!append)
            {
                result.Remove(item);
            }
            else if (!result.Contains(item, StringComparer.Ordinal))
            {
                result.Add(item);
            }
        }

        return string.Join(',', result);
    }
}
