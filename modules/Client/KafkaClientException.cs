using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client;

/// <summary>
/// A request did not get its answer, or the answer was an error. <see cref="Code"/> is the server's error code, or what Kafka's clients use for
/// the same thing: NETWORK_EXCEPTION for a lost connection, REQUEST_TIMED_OUT for one that took too long.
/// </summary>
public sealed class KafkaClientException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">One sentence for people; null takes the code's own.</param>
    /// <param name="innerException">What showed it.</param>
    public KafkaClientException(ErrorCode code, string? message = null, Exception? innerException = null)
        : base(message ?? code.Info().Message, innerException) => Code = code;

    /// <summary>What went wrong.</summary>
    public ErrorCode Code { get; }

    /// <summary>Whether trying again may help.</summary>
    public bool IsRetriable => Code.IsRetriable();

    /// <summary>Whether one side did not accept who the other is: then the connection never came about.</summary>
    public bool IsAuthenticationFailure => Code is ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState;

    /// <summary>Whether it is TLS by which one side did not accept the other. Kafka has no code of its own for that, <see cref="Code"/> is SASL_AUTHENTICATION_FAILED.</summary>
    public bool IsTlsFailure { get; private init; }

    /// <summary>Kafka's name of the code.</summary>
    public string CodeName => Code.Info().Name;

    internal static KafkaClientException OfTls(string address, string reason, Exception fault) =>
        new(ErrorCode.SaslAuthenticationFailed, $"SSL handshake failed with {address}: {reason}", fault) { IsTlsFailure = true };

    internal static KafkaClientException Disconnected(string node, Exception? cause = null) =>
        new(ErrorCode.NetworkException, $"The connection to {node} was lost before the response was received.", cause);
}
