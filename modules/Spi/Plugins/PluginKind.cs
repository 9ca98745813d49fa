namespace Kafka.Modular.Spi.Plugins;

/// <summary>The role of a plugin; <c>kind</c> in its <c>plugin.yaml</c>.</summary>
public enum PluginKind
{
    /// <summary><c>storage</c>: an <see cref="IStoragePlugin"/>.</summary>
    Storage,

    /// <summary><c>compression</c>: an <see cref="ICompressionPlugin"/>.</summary>
    Compression,
}
