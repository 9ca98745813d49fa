using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;

namespace Kafka.Modular.Cli.Records;

/// <summary>The client properties of tools that produce and consume: a file, then single properties, then the tool's own flags.</summary>
internal static class ClientArguments
{
    /// <summary>What clients of the tools stand on.</summary>
    public static ClientParts Parts() => new() { Network = new SocketNetwork() };

    /// <summary>Reads <c>--command-config</c>, <c>--command-property</c> and <c>--bootstrap-server</c>.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="clientId">The client's id where none is given.</param>
    /// <param name="hasProperties">Whether the tool has the flag for single properties.</param>
    /// <exception cref="Client.ClientConfigurationException">The file cannot be read.</exception>
    /// <exception cref="UsageException">A property is not of the form key=value.</exception>
    public static ClientProperties Read(ToolOptions options, string clientId, bool hasProperties = true)
    {
        var properties = ReadFile(options, "command-config");
        if (hasProperties)
            properties = properties.With(Pairs(options.Values("command-property")));
        if (options.Last("bootstrap-server") is { } servers)
            properties = properties.With("bootstrap.servers", servers);
        return properties.WithDefaults([KeyValuePair.Create("client.id", clientId)]);
    }

    /// <summary>The properties of the file that a flag names; none without it.</summary>
    public static ClientProperties ReadFile(ToolOptions options, string flag) =>
        options.Last(flag) is { } file ? ClientProperties.ReadFile(file) : ClientProperties.Empty;

    /// <summary>Reads <c>key=value</c>; without an equals sign the value is empty, as in Kafka's tools.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals == 0)
                throw new UsageException($"Invalid command line properties: {text}");
            yield return equals < 0 ? KeyValuePair.Create(text, "") : KeyValuePair.Create(text[..equals], text[(equals + 1)..]);
        }
    }

    /// <summary>The property that a flag stands for: the flag wins, then what is set already, then the tool's default.</summary>
    public static ClientProperties Merge(this ClientProperties properties, string key, string? flag, string defaultValue) =>
        flag is not null ? properties.With(key, flag) : properties.Find(key) is null ? properties.With(key, defaultValue) : properties;
}
