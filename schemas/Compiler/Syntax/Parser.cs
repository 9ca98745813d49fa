namespace Kafka.Modular.Schemas.Compiler.Syntax;

/// <summary>
/// Reads a schema file. A line that cannot be understood is reported and passed over, so that one run finds what is wrong in the others too.
/// </summary>
internal sealed partial class Parser
{
    // Deep enough for every message there is (six), shallow enough that a hostile file cannot exhaust the stack.
    private const int MaximumDepth = 32;

    private readonly string file;
    private readonly string[] lines;
    private readonly Diagnostics diagnostics;
    private readonly List<string> doc = [];
    private int next;
    private bool inHistory;

    private Parser(string file, string text, Diagnostics diagnostics)
    {
        this.file = file;
        this.diagnostics = diagnostics;
        lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = lines[i].TrimEnd('\r', ' ', '\t');
        }
    }

    /// <summary>Parses a file's text; errors go to <paramref name="diagnostics"/>.</summary>
    public static SchemaFile Parse(string file, string text, Diagnostics diagnostics) => new Parser(file, text, diagnostics).ParseFile();

    private SchemaFile ParseFile()
    {
        var schema = new SchemaFile();
        while (NextLine() is { } line)
        {
            Guarded(line, () => ParseDeclaration(schema, line));
        }

        return schema;
    }

    private void ParseDeclaration(SchemaFile schema, TokenCursor line)
    {
        SourcePosition position = line.Position;
        string? text = TakeDoc();
        switch (line.Word("a declaration (type, errors, api, header, data, metadata, coordinator, remote-log-metadata)"))
        {
            case "type":
                var type = new TypeNode(position, line.Word("the type's name"), line.Word("the wire type"), text);
                line.End();
                schema.Types.Add(type);
                break;
            case "errors":
                ParseErrors(schema, line, text);
                break;
            case "api":
                ParseMessage(schema, line, position, MessageKind.Api, text);
                break;
            case "header":
                ParseMessage(schema, line, position, MessageKind.Header, text);
                break;
            case "data":
                ParseMessage(schema, line, position, MessageKind.Data, text);
                break;
            case "metadata":
                ParseMessage(schema, line, position, MessageKind.Metadata, text);
                break;
            case "coordinator":
                ParseMessage(schema, line, position, MessageKind.Coordinator, text);
                break;
            case "remote-log-metadata":
                ParseMessage(schema, line, position, MessageKind.RemoteLogMetadata, text);
                break;
            case var other:
                throw new SyntaxException(position, $"'{other}' begins no declaration");
        }
    }

    private void ParseErrors(SchemaFile schema, TokenCursor line, string? text)
    {
        SourcePosition position = line.Position;
        string name = line.Word("the name of the error type");
        if (line.Word("int16") != "int16")
        {
            throw new SyntaxException(position, "error codes are int16");
        }

        var errors = new ErrorsNode(position, name, text);
        schema.Errors.Add(errors);
        line.Sign("{");
        line.End();
        Body(position, row =>
        {
            SourcePosition start = row.Position;
            string? summary = TakeDoc();
            string code = row.Word("an error's name");
            int number = row.Number("an error code");
            bool retriable = row.TakeWordIf("retriable");
            bool metadata = row.TakeWordIf("metadata");
            row.End();
            errors.Codes.Add(new ErrorNode(start, code, number, retriable, metadata, summary));
        });
    }

    /// <summary>Runs <paramref name="parse"/> for each line up to the closing brace.</summary>
    private void Body(SourcePosition opened, Action<TokenCursor> parse)
    {
        while (NextLine() is { } line)
        {
            if (line.Current.Is("}"))
            {
                line.Take();
                TakeDoc();
                line.End();
                return;
            }

            Guarded(line, () => parse(line));
        }

        diagnostics.Report(opened, "the block that begins here is not closed");
    }

    private void Guarded(TokenCursor line, Action parse)
    {
        try
        {
            parse();
        }
        catch (SyntaxException e)
        {
            diagnostics.Report(e.Position, e.Message);
            if (line.Opens)
            {
                SkipBlock();
            }
        }
    }

    /// <summary>Passes over what a line that was not understood opened: complaints about it would only mislead.</summary>
    private void SkipBlock()
    {
        for (int depth = 1; depth > 0 && NextLine() is { } line;)
        {
            depth += line.Opens ? 1 : 0;
            depth -= line.Current.Is("}") ? 1 : 0;
        }
    }

    /// <summary>The next line that holds tokens; comment lines above it are kept as its documentation.</summary>
    private TokenCursor? NextLine()
    {
        doc.Clear();
        while (next < lines.Length)
        {
            string line = lines[next++];
            string trimmed = line.TrimStart(' ', '\t', '\uFEFF');
            if (trimmed.StartsWith('#'))
            {
                doc.Add(trimmed.TrimStart('#').Trim());
                continue;
            }

            if (trimmed.Length == 0)
            {
                doc.Clear();
                continue;
            }

            // The text of a history row is prose, not tokens.
            List<Token> tokens = inHistory && char.IsAsciiDigit(trimmed[0])
                ? [new Token(TokenKind.Number, trimmed, line.Length - trimmed.Length + 1), new Token(TokenKind.End, "", line.Length)]
                : Lexer.Tokenize(line.TrimStart('\uFEFF'), file, next, diagnostics);
            if (tokens.Count > 1)
            {
                return new TokenCursor(tokens, file, next);
            }
        }

        return null;
    }

    private string? TakeDoc()
    {
        if (doc.Count == 0)
        {
            return null;
        }

        string text = string.Join(' ', doc).Trim();
        doc.Clear();
        return text.Length == 0 ? null : text;
    }
}
