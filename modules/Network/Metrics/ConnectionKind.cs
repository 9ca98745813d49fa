namespace Kafka.Modular.Network.Metrics;

/// <summary>What connections are counted by: cipher suite and version of TLS, or name and version of the client's software.</summary>
/// <param name="First">The cipher suite, or the software's name.</param>
/// <param name="Second">The version.</param>
internal sealed record ConnectionKind(string First, string Second);
