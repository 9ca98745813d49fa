using Kafka.Modular.Spi.Plugins;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Plugins;

/// <summary>
/// Private copies of plugin folders. Code is loaded from a copy and never from the folder itself: a package manager that writes over a mapped
/// assembly would kill the process (SIGBUS).
/// </summary>
/// <remarks>The copies of a server that was killed are removed by the next one: a lock on a file says whether their owner lives.</remarks>
internal sealed class PluginGenerations(string? parent, ILogger logger) : IDisposable
{
    private const string Prefix = "kafka-modular-plugins-";
    private const string LockFile = ".lock";
    private const int Attempts = 20;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_recent = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private string? _root;
    private FileStream? _held;
    private int _count;

    /// <summary>Copies one file; a test puts a writer in between.</summary>
    public Action<string, string> CopyFile { get; set; } = static (source, target) => File.Copy(source, target, overwrite: true);

    private string Parent => parent ?? Path.GetTempPath();

    /// <summary>Copies a plugin's folder as it stands once nobody writes to it any more.</summary>
    /// <returns>The folder with the copy.</returns>
    /// <exception cref="PluginException">It keeps changing or cannot be read.</exception>
    public string Copy(string folder)
    {
        lock (_lock)
        {
            try
            {
                var target = Path.Combine(Root(), $"{++_count}-{Path.GetFileName(folder)}");
                for (var attempt = 1; attempt <= Attempts; attempt++)
                {
                    if (TryCopy(folder, target, isLast: attempt == Attempts))
                        return target;
                    if (Directory.Exists(target))
                        Directory.Delete(target, recursive: true);
                    logger.PluginFolderChanges(folder);
                    Thread.Sleep(s_pause);
                }

                throw new PluginException($"Plugin folder {folder} keeps changing; start again when its files are complete");
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new PluginException($"Plugin folder {folder} cannot be copied to {_root ?? Parent}: {error.Message}", error);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_root is null)
                return;
            _held?.Dispose();
            TryDelete(_root);
            _root = null;
        }
    }

    // A folder that is being put in the place of another is not there for a moment.
    private bool TryCopy(string folder, string target, bool isLast)
    {
        try
        {
            var before = Describe(folder);
            CopyFiles(folder, target);
            // Somebody who has just written may go on writing.
            if (before.Exists(static file => DateTime.UtcNow - file.Modified < s_recent))
                Thread.Sleep(s_pause);
            return Describe(folder).SequenceEqual(before);
        }
        catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException && !isLast)
        {
            return false;
        }
    }

    private static List<(string Name, long Length, DateTime Modified)> Describe(string folder)
        => [.. new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Select(file => (file.FullName, file.Length, file.LastWriteTimeUtc))
            .OrderBy(file => file.FullName, StringComparer.Ordinal)];

    private void CopyFiles(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source))
            CopyFile(file, Path.Combine(target, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(source))
            CopyFiles(folder, Path.Combine(target, Path.GetFileName(folder)));
    }

    private static FileStream? TryHold(string root)
    {
        try
        {
            return new(Path.Combine(root, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It stays in the temporary directory until the next start or the system's own cleaning.
        }
    }

    private string Root()
    {
        if (_root is not null)
            return _root;
        RemoveAbandoned();
        var root = parent is null
            ? Directory.CreateTempSubdirectory(Prefix).FullName
            : Directory.CreateDirectory(Path.Combine(parent, Prefix + Guid.NewGuid().ToString("N"))).FullName;
        _held = TryHold(root);
        return _root = root;
    }

    private void RemoveAbandoned()
    {
        if (!Directory.Exists(Parent))
            return;
        foreach (var folder in Directory.EnumerateDirectories(Parent, Prefix + "*"))
        {
            // One without its lock file is being made at this moment, or belongs to somebody else.
            if (!File.Exists(Path.Combine(folder, LockFile)))
                continue;
            using var held = TryHold(folder);
            if (held is not null)
                TryDelete(folder);
        }
    }
}
