namespace Kafka.Modular.Spi.Security;

/// <summary>
/// One exchange of a SASL mechanism with one client. Steps come one after the other, never two at once; none comes after the exchange has succeeded or failed.
/// </summary>
public interface ISaslExchange : IDisposable
{
    /// <summary>Takes what the client sent.</summary>
    /// <param name="token">The client's bytes; valid until the step completes.</param>
    /// <param name="cancellationToken">Cancelled when the client is gone or takes too long.</param>
    /// <returns>
    /// What to answer. A wrong password is a failure, not an exception; an exception is a fault of the mechanism, it fails the exchange with a general message to
    /// the client and goes to the log.
    /// </returns>
    ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken);
}
