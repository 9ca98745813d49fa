using System.Reflection;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Spi.Plugins;

namespace Kafka.Modular.Server.Plugins;

/// <summary>What a plugin says of itself in its <c>plugin.yaml</c>.</summary>
/// <param name="Id">Id by which the configuration chooses it.</param>
/// <param name="Kind">Its role.</param>
/// <param name="Assembly">Name of the assembly's file, in the same folder.</param>
/// <param name="Spi">Version of the contracts it was built for.</param>
/// <param name="Keys">Configuration keys that it understands.</param>
/// <param name="Origin">The file it was read from, or what stands for it, for messages.</param>
/// <param name="Provides">
/// The ids by which the configuration may choose it: <see cref="Id"/> alone unless the file says otherwise, as one that has several SASL mechanisms does.
/// </param>
public sealed record PluginManifest(
    string Id, PluginKind Kind, string Assembly, SpiVersion Spi, IReadOnlyList<ConfigurationKey> Keys, string Origin, IReadOnlyList<string> Provides)
{
    /// <summary>Name of the file, and of the resource inside the assembly.</summary>
    public const string FileName = "plugin.yaml";

    private static readonly string[] s_fields = ["id", "kind", "assembly", "spi", "provides", "keys"];

    /// <summary>Whether a plugin of this kind can be replaced while the server runs.</summary>
    public bool IsReplaceable => Kind is PluginKind.Sasl or PluginKind.Credentials or PluginKind.Authorizer;

    /// <summary>Reads the text of a <c>plugin.yaml</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origin">Where it came from, for messages.</param>
    /// <exception cref="PluginException">It is not complete or has fields that are not known.</exception>
    public static PluginManifest Parse(string text, string origin)
    {
        var source = YamlReader.Read(text, origin);
        if (source.Problems.Count > 0)
            throw new PluginException(source.Problems[0].ToString());
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        IReadOnlyList<string>? provides = null;
        foreach (var entry in source.Entries)
        {
            if (!s_fields.Contains(entry.Name, StringComparer.Ordinal))
                throw new PluginException($"{entry.Origin}: '{entry.Name}' is not known here; expected {string.Join(", ", s_fields)}");
            if (string.Equals(entry.Name, "provides", StringComparison.Ordinal))
                provides = entry.Items ?? [.. entry.Text!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            else
                fields[entry.Name] = entry.Text ?? throw new PluginException($"{entry.Origin}: {entry.Name} must be a text");
        }

        var id = Required(fields, "id", origin);
        var kindText = Required(fields, "kind", origin);
        if (!Enum.TryParse<PluginKind>(kindText, ignoreCase: true, out var kind) || char.IsAsciiDigit(kindText[0]))
            throw new PluginException($"{origin}: kind is '{kindText}'; expected {string.Join(", ", Enum.GetNames<PluginKind>()).ToLowerInvariant()}");
        if (!SpiVersion.TryParse(Required(fields, "spi", origin), out var spi))
            throw new PluginException($"{origin}: spi is '{fields["spi"]}'; expected a version such as {SpiVersion.Current}");
        var assembly = Required(fields, "assembly", origin);
        if (!string.Equals(Path.GetFileName(assembly), assembly, StringComparison.Ordinal))
            throw new PluginException($"{origin}: assembly is '{assembly}'; expected the name of a file in the same folder");
        var keys = KeySchemaParser.ParsePlugin(fields.GetValueOrDefault("keys", ""), id, out var errors);
        return errors.Count == 0
            ? new(id, kind, assembly, spi, keys, origin, provides is { Count: > 0 } ? provides : [id])
            : throw new PluginException($"{origin}: keys: {errors[0]}");
    }

    /// <summary>Reads the manifest that is embedded in a plugin's assembly.</summary>
    /// <exception cref="PluginException">There is none or it cannot be read.</exception>
    public static PluginManifest Of(Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(FileName)
            ?? throw new PluginException($"{assembly.GetName().Name} has no {FileName} inside");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), $"{assembly.GetName().Name}!{FileName}");
    }

    private static string Required(Dictionary<string, string> fields, string name, string origin)
        => fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : throw new PluginException($"{origin}: {name} is missing");
}
