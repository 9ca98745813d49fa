using System.Globalization;

namespace Kafka.Modular.Telemetry.Runtime;

/// <summary>Reads numbers from files of /proc; where there is none, as outside of Linux, nothing is found.</summary>
internal static class ProcFile
{
    /// <summary>The number behind a name at the beginning of a line.</summary>
    public static long? Find(string path, string name)
    {
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                if (line.StartsWith(name, StringComparison.Ordinal))
                {
                    var text = line[name.Length..].TrimStart(':', ' ', '\t').Split(' ', '\t')[0];
                    return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
                }
            }

            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>How many entries a folder has.</summary>
    public static long? Count(string path)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(path).LongCount();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
