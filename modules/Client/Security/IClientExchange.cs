namespace Kafka.Modular.Client.Security;

/// <summary>One run of a SASL mechanism, the client's side (RFC 4422). No I/O; one call at a time.</summary>
internal interface IClientExchange
{
    /// <summary>Whether the client has nothing more to say. The server may still refuse.</summary>
    bool IsComplete { get; }

    /// <summary>The first token.</summary>
    byte[] Start();

    /// <summary>Takes the server's token; gives the next, or null when there is none.</summary>
    /// <exception cref="KafkaClientException">The server is not who it should be, or speaks nonsense (SASL_AUTHENTICATION_FAILED).</exception>
    byte[]? Step(ReadOnlySpan<byte> challenge);
}
