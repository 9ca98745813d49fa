using System.Text.RegularExpressions;

namespace Kafka.Modular.Architecture;

/// <summary>The repository speaks of the server, not of the machine or the way it was made on.</summary>
public sealed partial class WordingTests
{
    [Test]
    public void No_file_names_a_path_of_a_machine() => NoLine(MachinePath(), "names a path of somebody's machine");

    [Test]
    public void No_file_names_a_package_registry_host() => NoLine(RegistryHost(), "names a package registry's host");

    [Test]
    public void No_file_speaks_of_how_it_was_made() => NoLine(Making(), "speaks of how the project was made");

    [Test]
    public void No_unfinished_work_is_left_in_the_code() => NoLine(Unfinished(), "leaves work unfinished");

    [Test]
    public void Only_tests_name_the_shared_reference()
    {
        Offenders.None(
            from file in Repository.Files()
            where !file.StartsWith("tests/", StringComparison.Ordinal) && !file.StartsWith("schemas/Compiler/", StringComparison.Ordinal)
            from line in Matches(file, SharedReference())
            select line,
            "names the reference material, which is not part of what is shipped");
    }

    private static void NoLine(Regex pattern, string rule) =>
        Offenders.None(Repository.Files().SelectMany(file => Matches(file, pattern)), rule);

    private static IEnumerable<string> Matches(string file, Regex pattern)
    {
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, file)))
        {
            number++;
            if (pattern.Match(line) is { Success: true } match)
            {
                yield return $"{file}:{number}: \"{match.Value}\"";
            }
        }
    }

    // Each pattern holds a character class where the word stands, so that it does not find itself.
    [GeneratedRegex(@"(?<![\w.}/*-])/(wor[k]|roo[t]|hom[e]|User[s])/\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"registr[y]\.(npmjs|yarnpkg)|api\.nuge[t]\.org|pypi\.or[g]|proxy\.golan[g]|deb\.debia[n]\.org")]
    private static partial Regex RegistryHost();

    [GeneratedRegex(@"\b(claud[e]|anthropi[c]|chatgp[t]|openA[I]|copilo[t]|language mode[l]|AI[- ]generate[d]|worktre[e]|issues? #?\d+\b|as an A[I])\b", RegexOptions.IgnoreCase)]
    private static partial Regex Making();

    [GeneratedRegex(@"\b(TOD[O]|FIXM[E]|HAC[K]|XX[X])\b|NotImplementedExceptio[n]|^\s*#regio[n]\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\.\./share[d]|shared/referenc[e]")]
    private static partial Regex SharedReference();
}
