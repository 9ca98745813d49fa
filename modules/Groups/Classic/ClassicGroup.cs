using Kafka.Modular.Coordination;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups.Classic;

/// <summary>
/// A group of the classic protocol: its members, generation and state. It decides nothing by itself; lives on its shard's loop.
/// </summary>
internal sealed class ClassicGroup(string groupId, long nowMs)
{
    /// <summary>The protocol type of groups whose members embed ConsumerProtocolSubscription in their metadata.</summary>
    public const string ConsumerProtocolType = "consumer";

    private readonly List<ClassicGroupMember> _members = [];
    private readonly Dictionary<string, ClassicGroupMember> _membersById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _staticMembers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pendingJoinMembers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pendingSyncMembers = new(StringComparer.Ordinal);

    public string GroupId { get; } = groupId;

    public ClassicGroupState State { get; private set; } = ClassicGroupState.Empty;

    public ClassicGroupState PreviousState { get; private set; } = ClassicGroupState.Dead;

    /// <summary>When the state was entered, in milliseconds since the Unix epoch.</summary>
    public long CurrentStateTimestampMs { get; private set; } = nowMs;

    public int GenerationId { get; private set; }

    public string? ProtocolType { get; private set; }

    public string? ProtocolName { get; private set; }

    public string? LeaderId { get; private set; }

    /// <summary>A member joined while the group waits out its initial rebalance delay.</summary>
    public bool NewMemberAdded { get; set; }

    /// <summary>The topics that the members subscribe to, or null when the group does not say.</summary>
    public IReadOnlySet<string>? SubscribedTopics { get; private set; }

    public IReadOnlyList<ClassicGroupMember> Members => _members;

    /// <summary>Members that were given an id and have not joined with it yet (KIP-394).</summary>
    public IReadOnlySet<string> PendingJoinMembers => _pendingJoinMembers;

    /// <summary>Members of the generation that have not sent SyncGroup yet.</summary>
    public IReadOnlySet<string> PendingSyncMembers => _pendingSyncMembers;

    public int AwaitingJoinCount => _members.Count(static member => member.AwaitingJoin is not null);

    public bool HasAllMembersJoined => _pendingJoinMembers.Count == 0 && AwaitingJoinCount == _members.Count;

    /// <summary>The longest time that a member needs to rejoin, in milliseconds.</summary>
    public int RebalanceTimeoutMs => _members.Count == 0 ? 0 : _members.Max(static member => member.RebalanceTimeoutMs);

    public bool CanRebalance => State is ClassicGroupState.Stable or ClassicGroupState.CompletingRebalance or ClassicGroupState.Empty;

    /// <summary>Restores a group from its record.</summary>
    public static ClassicGroup FromRecord(string groupId, GroupMetadataValue value, long nowMs)
    {
        var group = new ClassicGroup(groupId, nowMs)
        {
            GenerationId = value.Generation,
            ProtocolType = string.IsNullOrEmpty(value.ProtocolType) ? null : value.ProtocolType,
            ProtocolName = value.Protocol,
            LeaderId = value.Leader,
            State = value.Members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable,
            CurrentStateTimestampMs = value.CurrentStateTimestamp,
        };
        foreach (var stored in value.Members)
        {
            var member = new ClassicGroupMember(stored.MemberId, stored.GroupInstanceId, stored.ClientId, stored.ClientHost)
            {
                SessionTimeoutMs = stored.SessionTimeout,
                RebalanceTimeoutMs = stored.RebalanceTimeout == -1 ? stored.SessionTimeout : stored.RebalanceTimeout,
                ProtocolType = value.ProtocolType,
                Protocols = [new MemberProtocol(value.Protocol ?? "", stored.Subscription)],
                Assignment = stored.Assignment,
            };
            group.Insert(member);
        }

        group.SubscribedTopics = group.ComputeSubscribedTopics();
        return group;
    }

    public ClassicGroupMember? Find(string memberId) => _membersById.GetValueOrDefault(memberId);

    public bool HasMember(string memberId) => _membersById.ContainsKey(memberId);

    public bool IsLeader(string memberId) => string.Equals(LeaderId, memberId, StringComparison.Ordinal);

    public string? StaticMemberId(string groupInstanceId) => _staticMembers.GetValueOrDefault(groupInstanceId);

    public void AddPendingJoinMember(string memberId) => _pendingJoinMembers.Add(memberId);

    public void AddPendingSyncMember(string memberId) => _pendingSyncMembers.Add(memberId);

    public void RemovePendingSyncMember(string memberId) => _pendingSyncMembers.Remove(memberId);

    public void ClearPendingSyncMembers() => _pendingSyncMembers.Clear();

    /// <summary>Adds a member; the first one of an empty group brings the protocol type and leads.</summary>
    public void Add(ClassicGroupMember member, PendingReply<JoinGroupResponse>? awaitingJoin)
    {
        if (_members.Count == 0)
        {
            ProtocolType = member.ProtocolType;
        }

        LeaderId ??= member.MemberId;
        Insert(member);
        member.AwaitingJoin = awaitingJoin;
        _pendingJoinMembers.Remove(member.MemberId);
    }

    /// <summary>Removes a member, pending or not; another one leads if it was the leader.</summary>
    public void Remove(string memberId)
    {
        if (_membersById.Remove(memberId, out var removed))
        {
            _members.Remove(removed);
            if (removed.GroupInstanceId is { } instance)
            {
                _staticMembers.Remove(instance);
            }
        }

        if (IsLeader(memberId))
        {
            LeaderId = _members.Count == 0 ? null : _members[0].MemberId;
        }

        _pendingJoinMembers.Remove(memberId);
        _pendingSyncMembers.Remove(memberId);
    }

    /// <summary>Puts a member of a new id in the place of a static member (KIP-345). The old one's requests are for the caller to answer.</summary>
    public ClassicGroupMember ReplaceStaticMember(string groupInstanceId, ClassicGroupMember old, string newMemberId)
    {
        var replacement = new ClassicGroupMember(newMemberId, groupInstanceId, old.ClientId, old.ClientHost)
        {
            RebalanceTimeoutMs = old.RebalanceTimeoutMs,
            SessionTimeoutMs = old.SessionTimeoutMs,
            ProtocolType = old.ProtocolType,
            Protocols = old.Protocols,
            Assignment = old.Assignment,
        };
        var wasLeader = IsLeader(old.MemberId);
        _members[_members.IndexOf(old)] = replacement;
        _membersById.Remove(old.MemberId);
        _membersById[newMemberId] = replacement;
        _staticMembers[groupInstanceId] = newMemberId;
        _pendingSyncMembers.Remove(old.MemberId);
        if (wasLeader)
        {
            LeaderId = newMemberId;
        }

        return replacement;
    }

    /// <summary>Checks that a request comes from a member, and not from one whose place another took.</summary>
    public ErrorCode ValidateMember(string memberId, string? groupInstanceId)
    {
        if (groupInstanceId is not null)
        {
            if (StaticMemberId(groupInstanceId) is not { } current)
            {
                return ErrorCode.UnknownMemberId;
            }

            if (!string.Equals(current, memberId, StringComparison.Ordinal))
            {
                return ErrorCode.FencedInstanceId;
            }
        }

        return HasMember(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    /// <summary>Whether somebody of these protocols could be a member beside those who are.</summary>
    public bool Supports(string protocolType, IReadOnlyList<MemberProtocol> protocols)
    {
        if (State == ClassicGroupState.Empty)
        {
            return protocolType.Length > 0 && protocols.Count > 0;
        }

        return string.Equals(ProtocolType, protocolType, StringComparison.Ordinal)
            && protocols.Any(protocol => _members.TrueForAll(
                member => member.Protocols.Any(own => string.Equals(own.Name, protocol.Name, StringComparison.Ordinal))));
    }

    /// <summary>The protocol of the next generation: each member votes for the first it prefers among those all support.</summary>
    public string SelectProtocol()
    {
        var candidates = _members[0].Protocols.Select(static protocol => protocol.Name)
            .Where(name => _members.TrueForAll(
                member => member.Protocols.Any(own => string.Equals(own.Name, name, StringComparison.Ordinal))))
            .ToHashSet(StringComparer.Ordinal);
        return _members.GroupBy(member => member.VoteFor(candidates), StringComparer.Ordinal).MaxBy(static votes => votes.Count())!.Key;
    }

    /// <summary>
    /// Makes sure that the leader is one who has joined. False when there is no member, or none has joined.
    /// </summary>
    public bool ElectJoinedLeader()
    {
        if (LeaderId is null || Find(LeaderId) is not { } leader)
        {
            return false;
        }

        if (leader.AwaitingJoin is null)
        {
            if (_members.Find(static member => member.AwaitingJoin is not null) is not { } joined)
            {
                return false;
            }

            LeaderId = joined.MemberId;
        }

        return true;
    }

    /// <summary>Begins the next generation: with members they complete the rebalance, without the group is empty.</summary>
    public void InitNextGeneration(long nowMs)
    {
        GenerationId++;
        if (_members.Count > 0)
        {
            ProtocolName = SelectProtocol();
            SubscribedTopics = ComputeSubscribedTopics();
            TransitionTo(ClassicGroupState.CompletingRebalance, nowMs);
        }
        else
        {
            ProtocolName = null;
            SubscribedTopics = ComputeSubscribedTopics();
            TransitionTo(ClassicGroupState.Empty, nowMs);
        }

        _pendingSyncMembers.Clear();
    }

    public void TransitionTo(ClassicGroupState state, long nowMs)
    {
        PreviousState = State;
        State = state;
        CurrentStateTimestampMs = nowMs;
    }

    /// <summary>Whether a member reads the topic; when the members do not say, any topic of a consumer group counts as read.</summary>
    public bool IsSubscribedTo(string topic)
        => SubscribedTopics?.Contains(topic) ?? string.Equals(ProtocolType, ConsumerProtocolType, StringComparison.Ordinal);

    private void Insert(ClassicGroupMember member)
    {
        _members.Add(member);
        _membersById[member.MemberId] = member;
        if (member.GroupInstanceId is { } instance)
        {
            _staticMembers[instance] = member.MemberId;
        }
    }

    private HashSet<string>? ComputeSubscribedTopics()
    {
        if (ProtocolType is null)
        {
            return null;
        }

        if (_members.Count == 0)
        {
            return new HashSet<string>(StringComparer.Ordinal);
        }

        if (ProtocolName is null || !string.Equals(ProtocolType, ConsumerProtocolType, StringComparison.Ordinal))
        {
            return null;
        }

        var topics = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in _members)
        {
            if (!ConsumerSubscriptionReader.TryReadTopics(member.MetadataFor(ProtocolName), topics))
            {
                return null;
            }
        }

        return topics;
    }
}
