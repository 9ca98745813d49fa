namespace Kafka.Modular.Client.Consuming;

/// <summary>A member of a classic group, as its leader sees it.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="InstanceId">Its <c>group.instance.id</c>, or null.</param>
/// <param name="Topics">What it subscribes to.</param>
internal sealed record GroupSubscriber(string MemberId, string? InstanceId, IReadOnlySet<string> Topics);
