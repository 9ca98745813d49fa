using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Kafka.Modular.Configuration.Sources;

/// <summary>
/// Reads a YAML file. Mappings flatten to keys with dots; a sequence of scalars is a list. Scalars are taken as the text they are written
/// as; the key's type decides what they mean. Anchors, aliases and several documents are refused.
/// </summary>
public sealed class YamlReader
{
    private const int MaximumDepth = 64;

    // Nobody reads more, and on some malformed input the scanner never comes to an end.
    private const int MaximumProblems = 100;

    private readonly string file;
    private readonly Parser parser;
    private readonly List<ConfigurationEntry> entries = [];
    private readonly List<ConfigurationProblem> problems = [];
    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);

    private YamlReader(string text, string file)
    {
        this.file = file;
        parser = new Parser(new StringReader(text));
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="file">Its name, for messages.</param>
    public static ConfigurationSource Read(string text, string file)
    {
        var reader = new YamlReader(text, file);
        try
        {
            reader.ReadStream();
        }
        catch (YamlException exception)
        {
            reader.Problem(exception.Start, "", $"this is not YAML: {exception.Message.TrimEnd('.')}");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or IndexOutOfRangeException or OverflowException)
        {
            // The scanner lets some malformed input through as other exceptions.
            reader.Problem(reader.parser.Current?.Start ?? Mark.Empty, "", "this is not YAML");
        }

        return new(reader.entries, reader.problems);
    }

    private void ReadStream()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return;
        }

        parser.Consume<DocumentStart>();
        if (parser.Accept<MappingStart>(out _))
        {
            ReadMapping("", 0);
        }
        else if (parser.TryConsume<Scalar>(out var scalar))
        {
            if (scalar.Value.Length > 0)
            {
                Problem(scalar.Start, "", "expected keys with values");
            }
        }
        else
        {
            Problem(parser.Current!.Start, "", "expected keys with values");
            return;
        }

        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _))
        {
            Problem(parser.Current!.Start, "", "a second document begins here; a configuration is one document");
        }
    }

    private void ReadMapping(string prefix, int depth)
    {
        var start = parser.Consume<MappingStart>();
        CheckAnchor(start, prefix);
        if (depth > MaximumDepth)
        {
            Problem(start.Start, prefix, $"values are nested more than {MaximumDepth} deep");
            Skip(1);
            return;
        }

        while (!parser.TryConsume<MappingEnd>(out _))
        {
            ThrowIfHopeless();
            if (!parser.TryConsume<Scalar>(out var name))
            {
                Problem(parser.Current!.Start, prefix, "a key must be a text");
                SkipNode();
                SkipNode();
                continue;
            }

            CheckAnchor(name, prefix);
            var key = name.Value.Trim();
            if (key.Length == 0 || key == "<<")
            {
                Problem(name.Start, prefix, key.Length == 0 ? "a key is empty" : "merge keys are not supported");
                SkipNode();
                continue;
            }

            ReadValue(prefix.Length == 0 ? key : $"{prefix}.{key}", name.Start, depth);
        }
    }

    private void ReadValue(string key, Mark mark, int depth)
    {
        switch (parser.Current)
        {
            case MappingStart:
                ReadMapping(key, depth + 1);
                break;
            case SequenceStart:
                ReadSequence(key, mark);
                break;
            case Scalar scalar:
                parser.MoveNext();
                CheckAnchor(scalar, key);
                var isNothing = scalar.Style == ScalarStyle.Plain && (scalar.Value is "" or "~" or "null" or "Null" or "NULL");
                Add(key, isNothing ? null : scalar.Value, null, mark);
                break;
            default:
                Problem(parser.Current?.Start ?? mark, key, "aliases are not supported, write the value out");
                parser.MoveNext();
                break;
        }
    }

    private void ReadSequence(string key, Mark mark)
    {
        CheckAnchor(parser.Consume<SequenceStart>(), key);
        var items = new List<string>();
        var valid = true;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            ThrowIfHopeless();
            if (parser.TryConsume<Scalar>(out var item))
            {
                CheckAnchor(item, key);
                items.Add(item.Value);
                continue;
            }

            Problem(parser.Current!.Start, key, "an item of a list must be a text or a number");
            valid = false;
            SkipNode();
        }

        if (valid)
        {
            Add(key, null, items, mark);
        }
    }

    private void Add(string key, string? text, IReadOnlyList<string>? items, Mark mark)
    {
        if (!seen.TryAdd(key, (int)mark.Line))
        {
            Problem(mark, key, $"the key stands on line {seen[key]} as well");
            return;
        }

        entries.Add(new(key, text, items, new(ConfigurationOriginKind.File, file, (int)mark.Line)));
    }

    private void SkipNode()
    {
        switch (parser.Current)
        {
            case MappingStart or SequenceStart:
                parser.MoveNext();
                Skip(1);
                break;
            case MappingEnd or SequenceEnd or DocumentEnd or StreamEnd or null:
                break;
            default:
                parser.MoveNext();
                break;
        }
    }

    // Passes everything up to the end of the collections that are open.
    private void Skip(int open)
    {
        while (open > 0 && parser.Current is { } current)
        {
            open += current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            parser.MoveNext();
        }
    }

    private void CheckAnchor(NodeEvent node, string key)
    {
        if (!node.Anchor.IsEmpty)
        {
            Problem(node.Start, key, "anchors are not supported, write the value out where it is needed");
        }
    }

    private void Problem(Mark mark, string key, string message) =>
        problems.Add(new(new(ConfigurationOriginKind.File, file, (int)mark.Line), key, message));

    private void ThrowIfHopeless()
    {
        if (problems.Count >= MaximumProblems)
        {
            throw new InvalidOperationException("There are too many problems to go on.");
        }
    }
}
