using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>A protocol that a member supports, with what it has to say for it, in the member's order of preference.</summary>
internal sealed record MemberProtocol(string Name, byte[] Metadata);

/// <summary>One member of a classic group. Lives on its shard's loop.</summary>
internal sealed class ClassicGroupMember(string memberId, string? groupInstanceId, string clientId, string clientHost)
{
    /// <summary>The id that the coordinator gave.</summary>
    public string MemberId { get; } = memberId;

    /// <summary>The id that the member's owner gave, for a static member (KIP-345).</summary>
    public string? GroupInstanceId { get; } = groupInstanceId;

    public string ClientId { get; } = clientId;

    /// <summary>The client's address as it is shown, with a leading slash.</summary>
    public string ClientHost { get; } = clientHost;

    public int RebalanceTimeoutMs { get; set; }

    public int SessionTimeoutMs { get; set; }

    public string ProtocolType { get; set; } = "";

    public IReadOnlyList<MemberProtocol> Protocols { get; set; } = [];

    public byte[] Assignment { get; set; } = [];

    /// <summary>The member's JoinGroup request, while it waits for the others.</summary>
    public PendingReply<JoinGroupResponse>? AwaitingJoin { get; set; }

    /// <summary>The member's SyncGroup request, while it waits for the leader.</summary>
    public PendingReply<SyncGroupResponse>? AwaitingSync { get; set; }

    /// <summary>True until its first generation begins: it does not heartbeat yet.</summary>
    public bool IsNew { get; set; }

    /// <summary>When the member counts as gone unless it is heard of before, in milliseconds since the Unix epoch.</summary>
    public long HeartbeatDeadlineMs { get; set; }

    /// <summary>When the member's timer looks at the deadline next, or -1 when it has none.</summary>
    public long HeartbeatTimerDueMs { get; set; } = -1;

    public bool IsStatic => GroupInstanceId is not null;

    /// <summary>A member that waits for an answer from the coordinator owes no heartbeat.</summary>
    public bool HasSatisfiedHeartbeat => !IsNew && (AwaitingJoin is not null || AwaitingSync is not null);

    /// <summary>Whether the member supports the same protocols, in the same order and with the same metadata.</summary>
    public bool Matches(IReadOnlyList<MemberProtocol> protocols)
    {
        if (protocols.Count != Protocols.Count)
        {
            return false;
        }

        for (var index = 0; index < protocols.Count; index++)
        {
            if (!string.Equals(protocols[index].Name, Protocols[index].Name, StringComparison.Ordinal)
                || !protocols[index].Metadata.AsSpan().SequenceEqual(Protocols[index].Metadata))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The member's metadata for a protocol; empty when it does not support it.</summary>
    public byte[] MetadataFor(string? protocol)
    {
        foreach (var supported in Protocols)
        {
            if (string.Equals(supported.Name, protocol, StringComparison.Ordinal))
            {
                return supported.Metadata;
            }
        }

        return [];
    }

    /// <summary>The first protocol in the member's order that everybody supports.</summary>
    public string VoteFor(IReadOnlySet<string> candidates)
    {
        foreach (var supported in Protocols)
        {
            if (candidates.Contains(supported.Name))
            {
                return supported.Name;
            }
        }

        throw new InvalidOperationException($"Member {MemberId} supports none of the group's protocols.");
    }
}
