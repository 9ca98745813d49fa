using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Client.Cluster;

/// <summary>A node of the cluster.</summary>
/// <param name="Id">Its <c>node.id</c>.</param>
/// <param name="Address">Where clients reach it.</param>
/// <param name="Rack">Its <c>broker.rack</c>, or null.</param>
public sealed record ClusterNode(int Id, BrokerAddress Address, string? Rack = null);
