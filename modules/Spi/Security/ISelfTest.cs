namespace Kafka.Modular.Spi.Security;

/// <summary>
/// What a mechanism, credential store or authorizer may implement besides: a test of itself that the host runs before it takes the place of an older
/// generation, and before the start. One that fails is not used.
/// </summary>
public interface ISelfTest
{
    /// <summary>Tries out whether it can do its work: a file is there, a server answers, a computation gives what it must.</summary>
    /// <param name="cancellationToken">Cancelled when the host waits no longer; the test has failed then.</param>
    /// <returns>Null when it can; otherwise why not, in one line for an operator and without secrets.</returns>
    ValueTask<string?> TestAsync(CancellationToken cancellationToken);
}
