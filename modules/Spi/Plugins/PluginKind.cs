namespace Kafka.Modular.Spi.Plugins;

/// <summary>The role of a plugin; <c>kind</c> in its <c>plugin.yaml</c>.</summary>
public enum PluginKind
{
    /// <summary><c>storage</c>: an <see cref="IStoragePlugin"/>.</summary>
    Storage,

    /// <summary><c>compression</c>: an <see cref="ICompressionPlugin"/>.</summary>
    Compression,

    /// <summary><c>sasl</c>: an <see cref="ISaslPlugin"/>. Can be replaced while the server runs.</summary>
    Sasl,

    /// <summary><c>credentials</c>: an <see cref="ICredentialPlugin"/>. Can be replaced while the server runs.</summary>
    Credentials,

    /// <summary><c>authorizer</c>: decides who may do what. Can be replaced while the server runs.</summary>
    Authorizer,
}
