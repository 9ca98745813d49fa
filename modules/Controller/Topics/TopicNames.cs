using Kafka.Modular.Metadata.Topics;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Controller.Topics;

/// <summary>What a topic may be called.</summary>
public static class TopicNames
{
    /// <summary>The longest name, in characters: its folder's name must stay below 255 with partition and suffix.</summary>
    public const int MaxLength = 249;

    /// <summary>Checks a name by itself.</summary>
    public static ControllerRefusal Validate(string name)
    {
        if (name.Length == 0)
        {
            return Invalid("Topic name is invalid: the empty string is not allowed");
        }

        if (name is "." or "..")
        {
            return Invalid("Topic name is invalid: '.' or '..' is not allowed");
        }

        if (name.Length > MaxLength)
        {
            return Invalid($"Topic name is invalid: the length of '{name}' is longer than the max allowed length {MaxLength}");
        }

        return name.All(static unit => char.IsAsciiLetterOrDigit(unit) || unit is '.' or '_' or '-')
            ? ControllerRefusal.None
            : Invalid($"Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'");
    }

    /// <summary>Finds another topic whose name is the same once <c>.</c> counts as <c>_</c>, as it does in metric names.</summary>
    internal static string? FindCollision(string name, TopicsImage topics)
    {
        var folded = Fold(name);
        if (!name.Contains('.', StringComparison.Ordinal) && !name.Contains('_', StringComparison.Ordinal))
        {
            return null;
        }

        return topics.ByName.Keys.FirstOrDefault(other =>
            other.Length == name.Length && !string.Equals(other, name, StringComparison.Ordinal) && string.Equals(Fold(other), folded, StringComparison.Ordinal));
    }

    private static string Fold(string name) => name.Replace('.', '_');

    private static ControllerRefusal Invalid(string message) => new(ErrorCode.InvalidTopicException, message);
}
