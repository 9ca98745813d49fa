namespace Kafka.Modular.Groups;

/// <summary>Who sends a request to the coordinator.</summary>
/// <param name="ClientId">The client id of the request's header, empty when it has none.</param>
/// <param name="ClientHost">The client's address as it is shown, with a leading slash.</param>
/// <param name="ApiVersion">The version of the request.</param>
public readonly record struct GroupCaller(string ClientId, string ClientHost, short ApiVersion);
