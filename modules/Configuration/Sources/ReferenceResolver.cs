using System.Text.RegularExpressions;

namespace Kafka.Modular.Configuration.Sources;

/// <summary>
/// Replaces references inside values, so that secrets need not stand in the file (KIP-297): <c>${env:NAME}</c> is an environment variable,
/// <c>${file:/path:key}</c> a key of a properties file, <c>${directory:/path:name}</c> the content of a file in a directory, and, beyond
/// Kafka's forms, <c>${file:/path}</c> the whole content of a file. The line end after the content of a file is dropped.
/// </summary>
/// <param name="environment">Finds an environment variable.</param>
/// <param name="readFile">Reads a file; an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/> is reported.</param>
public sealed partial class ReferenceResolver(Func<string, string?> environment, Func<string, string> readFile)
{
    /// <summary>Over the environment and the files of this machine.</summary>
    public static ReferenceResolver System { get; } = new(Environment.GetEnvironmentVariable, File.ReadAllText);

    /// <summary>Replaces the references of a value.</summary>
    /// <param name="text">The value.</param>
    /// <param name="problem">What could not be replaced, without any value; null if everything was.</param>
    /// <param name="providers">Further names of the providers env, file and directory, as <c>config.providers</c> gives them.</param>
    /// <returns>The value with its references replaced; what a reference gives is not looked through again.</returns>
    public string Resolve(string text, out string? problem, IReadOnlyDictionary<string, string>? providers = null)
    {
        string? found = null;
        var result = text.Contains("${", StringComparison.Ordinal)
            ? Reference().Replace(text, match =>
            {
                if (Find(NameOf(match.Groups["provider"].Value), match.Groups["what"].Value, out var value) is { } wrong)
                {
                    found ??= $"{match.Value} {wrong}";
                }

                return value ?? "";
            })
            : text;
        problem = found;
        return result;

        string NameOf(string provider) => providers is not null && providers.TryGetValue(provider, out var known) ? known : provider;
    }

    private string? Find(string provider, string what, out string? value)
    {
        value = null;
        try
        {
            switch (provider)
            {
                case "env":
                    value = environment(what);
                    return value is null ? "names an environment variable that is not set" : null;
                case "file" when Split(what) is var (path, key):
                    value = PropertiesReader.Read(readFile(path), path).Entries.FirstOrDefault(entry => entry.Name == key)?.Text;
                    return value is null ? "names a key that the file does not have" : null;
                case "file":
                    value = Content(what);
                    return null;
                case "directory" when Split(what) is var (path, name):
                    value = Content(Path.Combine(path, name));
                    return null;
                default:
                    return "cannot be read; known are ${env:NAME}, ${file:PATH}, ${file:PATH:KEY} and ${directory:PATH:FILE}";
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"names a file that cannot be read: {exception.Message}";
        }
    }

    private string Content(string path)
    {
        var text = readFile(path);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }

    private static (string Path, string Name)? Split(string what)
    {
        var colon = what.LastIndexOf(':');
        return colon > 0 && colon < what.Length - 1 ? (what[..colon], what[(colon + 1)..]) : null;
    }

    [GeneratedRegex(@"\$\{(?<provider>[a-zA-Z][a-zA-Z0-9_\-]*):(?<what>[^}]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reference();
}
