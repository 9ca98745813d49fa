namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>Who this broker is.</summary>
/// <param name="ClusterId">The cluster's id.</param>
/// <param name="BrokerId">This broker's id.</param>
public sealed record ClusterIdentity(string ClusterId, int BrokerId);
