namespace Kafka.Modular.Network.Metrics;

/// <summary>What is counted of the authentication of connections, by SASL or by certificate.</summary>
public enum AuthenticationEvent
{
    /// <summary>It is known who the client is.</summary>
    Succeeded,

    /// <summary>The client was not let in.</summary>
    Failed,

    /// <summary>The client has authenticated again (KIP-368).</summary>
    Reauthenticated,

    /// <summary>The client did not succeed in authenticating again.</summary>
    ReauthenticationFailed,

    /// <summary>Comes beside <see cref="Succeeded"/>: the client has not shown that it authenticates again by itself.</summary>
    WithoutReauthentication,

    /// <summary>The connection was closed because its client did not authenticate again in time.</summary>
    Expired,
}
