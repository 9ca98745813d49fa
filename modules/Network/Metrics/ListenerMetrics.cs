using Kafka.Modular.Telemetry.Instruments;

namespace Kafka.Modular.Network.Metrics;

/// <summary>What is counted of one listener's connections.</summary>
/// <param name="time">The clock.</param>
internal sealed class ListenerMetrics(TimeProvider time)
{
    private readonly Counter[] _authentications = [.. Enum.GetValues<AuthenticationEvent>().Select(static _ => new Counter())];

    public Counter Created { get; } = new();

    public Counter Closed { get; } = new();

    public Counter IncomingBytes { get; } = new();

    public Counter OutgoingBytes { get; } = new();

    public Counter Requests { get; } = new();

    public Counter Responses { get; } = new();

    /// <summary>Open connections by cipher suite and version of TLS.</summary>
    public ConnectionKinds Encryption { get; } = new();

    /// <summary>Open connections by name and version of the client's software.</summary>
    public ConnectionKinds Software { get; } = new();

    /// <summary>Milliseconds from the handshake of an authentication on an old connection to its success.</summary>
    public RecentLatency Reauthentication { get; } = new(time);

    public Counter SuccessfulAuthentications => Authentications(AuthenticationEvent.Succeeded);

    public Counter FailedAuthentications => Authentications(AuthenticationEvent.Failed);

    public Counter Authentications(AuthenticationEvent what) => _authentications[(int)what];

    public void OnRequest(long bytes)
    {
        Requests.Increment();
        IncomingBytes.Add(bytes);
    }

    public void OnResponse(long bytes)
    {
        Responses.Increment();
        OutgoingBytes.Add(bytes);
    }
}
