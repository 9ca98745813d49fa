using System.Globalization;

namespace Kafka.Modular.Cli.Frame;

/// <summary>
/// Reads a tool's command line as Kafka's tools do: <c>--flag value</c>, <c>--flag=value</c>, <c>-flag value</c>, the first letters of a flag where they
/// suffice, flags that stand several times, <c>--</c> before words that are no flags.
/// </summary>
internal sealed class OptionParser
{
    private readonly ToolSheet _sheet;
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _words = [];
    private readonly List<string> _warnings = [];
    private readonly List<string> _order = [];
    private readonly Queue<string> _rest;
    private string _action = "";

    private OptionParser(ToolSheet sheet, IEnumerable<string> arguments)
    {
        _sheet = sheet;
        _rest = new Queue<string>(arguments);
    }

    /// <summary>Reads a command line.</summary>
    /// <exception cref="UsageException">It is not one of the tool.</exception>
    /// <exception cref="ToolException">It has a flag that is refused.</exception>
    public static ToolOptions Parse(ToolSheet sheet, IEnumerable<string> arguments)
    {
        var parser = new OptionParser(sheet, arguments);
        parser.Run();
        return new ToolOptions(sheet, parser._action, parser._values, parser._words, parser._warnings, parser._order);
    }

    private static bool IsFlag(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]);

    private void Run()
    {
        var hasEnded = false;
        while (_rest.TryDequeue(out var word))
        {
            if (hasEnded)
                _words.Add(word);
            else if (word == "--")
                hasEnded = true;
            else if (IsFlag(word))
                ReadFlag(word);
            else if (_sheet.Actions.Count > 0 && _action.Length == 0)
                _action = _sheet.Actions.Any(each => each.Name == word) ? word : throw new UsageException(UnknownAction(word));
            else
                _words.Add(word);
        }
    }

    private string UnknownAction(string word) =>
        $"invalid choice: '{word}' (choose from {string.Join(", ", _sheet.Actions.Select(static each => $"'{each.Name}'"))})";

    private void ReadFlag(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = (equals < 0 ? word : word[..equals]).TrimStart('-');
        var flag = Find(name, word.StartsWith("--", StringComparison.Ordinal)) ?? throw new UsageException($"{name} is not a recognized option");
        if (flag.Status == FlagStatus.Refused)
            throw new ToolException($"{_sheet.Name}: --{flag.Name} is not served: {flag.Text}");
        var target = flag.Name;
        if (flag.Status == FlagStatus.Old)
        {
            target = flag.Text;
            _warnings.Add($"Warning: --{flag.Name} is deprecated. Use --{target} instead.");
        }

        _order.Add(target);
        var values = _values.TryGetValue(target, out var known) ? known : _values[target] = [];
        ReadArgument(flag, equals < 0 ? null : word[(equals + 1)..], values);
    }

    private void ReadArgument(ToolFlag flag, string? given, List<string> values)
    {
        if (!flag.TakesArgument)
            return;
        if (given is not null)
            values.Add(Check(flag, given));
        else if (flag.IsArgumentOptional)
            ReadOptional(flag, values);
        else if (_rest.TryDequeue(out var next))
            values.Add(Check(flag, next));
        else
            throw new UsageException($"Option {flag.Name} requires an argument");
        while (flag.TakesMany && _rest.TryPeek(out var more) && !IsFlag(more))
            values.Add(Check(flag, _rest.Dequeue()));
    }

    private void ReadOptional(ToolFlag flag, List<string> values)
    {
        if (_rest.TryPeek(out var next) && !IsFlag(next))
            values.Add(Check(flag, _rest.Dequeue()));
    }

    private ToolFlag? Find(string name, bool isLong)
    {
        ToolFlag[] flags = [.. _sheet.FlagsOf(_action)];
        if (Array.Find(flags, flag => flag.Name == name || (!isLong && flag.Short == name && name.Length > 0)) is { } exact)
            return exact;

        // A subcommand's flags may stand before it.
        if (_action.Length == 0 && _sheet.Actions.SelectMany(action => _sheet.Flags[action.Name]).FirstOrDefault(flag => flag.Name == name || (!isLong && flag.Short == name && name.Length > 0)) is { } later)
            return later;
        ToolFlag[] begin = [.. flags.Where(flag => isLong && name.Length > 0 && flag.Name.StartsWith(name, StringComparison.Ordinal))];
        return begin.Length == 1 ? begin[0] : null;
    }

    private static string Check(ToolFlag flag, string value)
    {
        var isValid = flag.Kind switch
        {
            "Integer" => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "Long" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "Double" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            _ => true,
        };
        return isValid ? value : throw new UsageException($"Cannot parse argument '{value}' of option {flag.Name}");
    }
}
