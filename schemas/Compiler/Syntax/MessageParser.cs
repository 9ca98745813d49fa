using System.Text.RegularExpressions;

namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>The part of the parser that reads messages.</summary>
internal sealed partial class Parser
{
    [GeneratedRegex(@"^\s*(?<low>\d{1,5})(\.\.(?<high>\d{1,5}))?\s+(?<source>KIP-\d+|-)(\s+(?<text>.*))?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HistoryRow();

    private void ParseMessage(SchemaFile schema, TokenCursor line, SourcePosition position, MessageKind kind, string? text)
    {
        string name = line.Word("the message's name");
        int? key = kind is MessageKind.Header or MessageKind.Data ? null : line.Number("the number of the api or record type");
        line.End();
        var message = new MessageNode(position, kind, name, key, text);
        schema.Messages.Add(message);
        inHistory = false;
        while (NextLine() is { } row)
        {
            int mark = next;
            if (row.Current.Kind == TokenKind.Number && inHistory)
            {
                Guarded(row, () => message.History.Add(ParseHistory(row.Position)));
                continue;
            }

            inHistory = row.TakeWordIf("history");
            if (inHistory)
            {
                Guarded(row, row.End);
                continue;
            }

            string word = row.Current.Text;
            if (word is "request" or "response" or "fields" or "key" or "value")
            {
                Guarded(row, () => ParseBlock(message, row));
                continue;
            }

            if (IsDeclaration(word))
            {
                next = StepBack(mark);
                return;
            }

            Guarded(row, () => ParseProperty(message, row));
        }
    }

    private static bool IsDeclaration(string word) =>
        word is "type" or "errors" or "api" or "header" or "data" or "metadata" or "coordinator" or "remote-log-metadata";

    /// <summary>The line index from which the line just read, with the comments above it, is read again.</summary>
    private int StepBack(int mark)
    {
        int index = mark - 1;
        while (index > 0 && lines[index - 1].TrimStart().StartsWith('#'))
        {
            index--;
        }

        return index;
    }

    private HistoryNode ParseHistory(SourcePosition position)
    {
        Match match = HistoryRow().Match(lines[next - 1]);
        if (!match.Success)
        {
            throw new SyntaxException(position, "a history row is: version or range, KIP-number or -, text");
        }

        int low = int.Parse(match.Groups["low"].Value, System.Globalization.CultureInfo.InvariantCulture);
        int high = match.Groups["high"].Success
            ? int.Parse(match.Groups["high"].Value, System.Globalization.CultureInfo.InvariantCulture)
            : low;
        return high < low
            ? throw new SyntaxException(position, $"the range {low}..{high} holds no version")
            : new HistoryNode(position, new VersionRange(low, high), match.Groups["source"].Value, match.Groups["text"].Value.Trim());
    }

    private static void ParseProperty(MessageNode message, TokenCursor line)
    {
        SourcePosition position = line.Position;
        string name = line.Word("a property, 'history' or a block");
        VersionRange? range = null;
        var words = new List<string>();
        switch (name)
        {
            case "versions" or "advertise" or "unstable":
                range = line.Range();
                break;
            case "flexible":
                range = line.TakeWordIf("none") ? VersionRange.None : line.Range();
                break;
            case "serves" or "view":
                do
                {
                    words.Add(line.Word("a name"));
                }
                while (line.Current.Kind == TokenKind.Word);
                break;
            case "log":
                words.Add(line.Word("group, transaction or share"));
                break;
            case "forwardable" or "cluster-action":
                break;
            default:
                throw new SyntaxException(position, $"'{name}' is neither a property nor a block");
        }

        line.End();
        if (!message.Properties.TryAdd(name, new PropertyNode(position, name, range, words)))
        {
            throw new SyntaxException(position, $"'{name}' is given twice");
        }

        if (message.Blocks.Count > 0)
        {
            throw new SyntaxException(position, $"'{name}' belongs before the first block");
        }
    }

    private void ParseBlock(MessageNode message, TokenCursor line)
    {
        SourcePosition position = line.Position;
        string? text = TakeDoc();
        var block = new BlockNode(position, line.Word("a block"), text);
        line.Sign("{");
        line.End();
        message.Blocks.Add(block);
        Body(position, row =>
        {
            if (row.Current.IsWord("struct"))
            {
                block.Structs.Add(ParseStruct(row));
            }
            else
            {
                block.Fields.Add(ParseField(row, 1));
            }
        });
    }

    private StructNode ParseStruct(TokenCursor line)
    {
        string? text = TakeDoc();
        line.Take();
        SourcePosition position = line.Position;
        string name = line.Word("the struct's name");
        VersionRange? versions = line.TakeIf("@") ? line.Range() : null;
        line.Sign("{");
        line.End();
        var node = new StructNode(position, name, versions, text);
        Body(position, row => node.Fields.Add(ParseField(row, 2)));
        return node;
    }

    private FieldNode ParseField(TokenCursor line, int depth)
    {
        SourcePosition position = line.Position;
        if (depth > MaximumDepth)
        {
            throw new SyntaxException(position, $"structs are nested deeper than {MaximumDepth}");
        }

        string? text = TakeDoc();
        var field = new FieldNode(position, line.Word("a field's name"), ParseType(line), text);
        if (line.TakeIf("="))
        {
            SourcePosition at = line.Position;
            Token value = line.Take();
            field.Default = value.Kind is TokenKind.Word or TokenKind.Number or TokenKind.String
                ? new DefaultNode(at, value.Kind, value.Text)
                : throw new SyntaxException(at, $"expected a default, found {value.Describe()}");
        }

        bool opens = line.TakeIf("{");
        while (line.Current.Kind != TokenKind.End)
        {
            ParseModifier(field, line);
        }

        if (opens)
        {
            field.Inline = new StructNode(field.Type.Position, field.Type.Name, null, null);
            Body(position, row => field.Inline.Fields.Add(ParseField(row, depth + 1)));
        }

        return field;
    }

    private static TypeReference ParseType(TokenCursor line)
    {
        bool list = line.TakeIf("[");
        SourcePosition position = line.Position;
        string name = line.Word("a type");
        if (list)
        {
            line.Sign("]");
        }

        VersionRange? nullable = null;
        if (line.TakeIf("?"))
        {
            nullable = line.AtRange ? line.Range() : VersionRange.All;
        }

        return new TypeReference(position, name, list, nullable);
    }

    private static void ParseModifier(FieldNode field, TokenCursor line)
    {
        SourcePosition position = line.Position;
        bool again;
        if (line.TakeIf("@"))
        {
            again = field.Versions is not null;
            field.Versions = line.Range();
        }
        else
        {
            string word = line.Word("key, tag, @range, lossy, slice or 'flexible none'");
            switch (word)
            {
                case "key":
                    again = field.IsKey;
                    field.IsKey = true;
                    break;
                case "tag":
                    again = field.Tag is not null;
                    field.Tag = line.Number("a tag number");
                    break;
                case "lossy":
                    again = field.IsLossy;
                    field.IsLossy = true;
                    break;
                case "slice":
                    again = field.IsSlice;
                    field.IsSlice = true;
                    break;
                case "flexible" when line.TakeWordIf("none"):
                    again = field.IsInflexible;
                    field.IsInflexible = true;
                    break;
                default:
                    throw new SyntaxException(position, $"expected key, tag, @range, lossy, slice or 'flexible none', found '{word}'");
            }
        }

        if (again)
        {
            throw new SyntaxException(position, "this is given twice");
        }
    }
}
