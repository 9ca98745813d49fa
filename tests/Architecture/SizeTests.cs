using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kafka.Modular.Architecture;

/// <summary>Files and methods stay small enough to read at once.</summary>
public sealed class SizeTests
{
    private const int LargestFile = 600;
    private const int LargestMethod = 70;

    [Test]
    public void No_file_has_600_lines_or_more() =>
        Offenders.None(
            from file in Repository.CSharpFiles
            let lines = File.ReadLines(Path.Combine(Repository.Root, file)).Count()
            where lines >= LargestFile
            select $"{file} ({lines} lines)",
            $"has {LargestFile} lines or more");

    [Test]
    public void No_method_has_70_lines_or_more() =>
        Offenders.None(Repository.CSharpFiles.AsParallel().SelectMany(LongMethods), $"has {LargestMethod} lines or more");

    [Test]
    public void Lines_are_counted_from_the_signature_to_the_closing_brace()
    {
        Assert.That(LongMethods("sample.cs", MethodOf(LargestMethod)), Is.EqualTo([$"sample.cs: Method ({LargestMethod} lines)"]));
        Assert.That(LongMethods("sample.cs", MethodOf(LargestMethod - 1)), Is.Empty);
    }

    // The attribute above it does not count; the signature and the two braces do.
    private static string MethodOf(int lines) =>
        $"class Sample\n{{\n[Attribute]\nvoid Method()\n{{\n{string.Concat(Enumerable.Repeat("Call();\n", lines - 3))}}}\n}}\n";

    private static IEnumerable<string> LongMethods(string file) => LongMethods(file, Repository.Read(file));

    private static IEnumerable<string> LongMethods(string file, string text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview), file);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (NameOf(node) is { } name && LinesOf(tree, node) is var lines && lines >= LargestMethod)
            {
                yield return $"{file}: {name} ({lines} lines)";
            }
        }
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax constructor => constructor.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        OperatorDeclarationSyntax => "operator",
        ConversionOperatorDeclarationSyntax => "conversion",
        AccessorDeclarationSyntax accessor => accessor.Keyword.Text,
        _ => null,
    };

    private static int LinesOf(SyntaxTree tree, SyntaxNode node)
    {
        int start = node.ChildNodesAndTokens().First(child => !child.IsKind(SyntaxKind.AttributeList)).Span.Start;
        LinePositionSpan span = tree.GetLineSpan(TextSpan.FromBounds(start, node.Span.End)).Span;
        return span.End.Line - span.Start.Line + 1;
    }
}
