using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>Plugins in folders: each folder below one of the paths that has a <c>plugin.yaml</c>.</summary>
internal sealed class FolderPluginSource(IReadOnlyList<string> paths, PluginGenerations generations) : IPluginSource
{
    public string Description => string.Join(", ", paths);

    public PluginListing List()
    {
        var candidates = new List<PluginCandidate>();
        var problems = new List<string>();
        foreach (var path in paths.Where(Directory.Exists))
        {
            foreach (var folder in Folders(path, problems))
            {
                try
                {
                    var file = Path.Combine(folder, PluginManifest.FileName);
                    if (File.Exists(file))
                        candidates.Add(new(PluginManifest.Parse(File.ReadAllText(file), file), folder, this));
                }
                catch (Exception error) when (error is PluginException or IOException or UnauthorizedAccessException)
                {
                    problems.Add(error.Message);
                }
            }
        }

        return new(candidates, problems);
    }

    public LoadedPlugin Load(PluginCandidate candidate)
    {
        var folder = generations.Copy(candidate.Location);
        var file = Path.Combine(folder, PluginManifest.FileName);
        var (chosen, copied) = (candidate.Manifest, File.Exists(file) ? PluginManifest.Parse(File.ReadAllText(file), candidate.Manifest.Origin) : null);
        if (copied is null || copied.Id != chosen.Id || copied.Kind != chosen.Kind || copied.Assembly != chosen.Assembly || copied.Spi != chosen.Spi
            || !copied.Keys.Select(static key => key.Name).SequenceEqual(chosen.Keys.Select(static key => key.Name), StringComparer.Ordinal))
        {
            throw new PluginException($"{chosen.Origin} changed while the plugin was read; try again when its folder is complete");
        }

        return PluginAssembly.Load(chosen, folder);
    }

    private static string[] Folders(string path, List<string> problems)
    {
        try
        {
            var folders = Directory.GetDirectories(path);
            Array.Sort(folders, StringComparer.Ordinal);
            return folders;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path} cannot be read: {error.Message}");
            return [];
        }
    }
}
