using Kafka.Modular.Groups.Classic;
using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Groups;

/// <summary>What the group coordinator logs.</summary>
internal static partial class GroupsEvents
{
    [LoggerMessage(7000, LogLevel.Information, "Group {Group} is preparing to rebalance from state {State} at generation {Generation}: {Reason}.")]
    public static partial void PreparingRebalance(this ILogger logger, string group, ClassicGroupState state, int generation, string reason);

    [LoggerMessage(7001, LogLevel.Information, "Group {Group} has generation {Generation} with {Members} members.")]
    public static partial void StabilizedGroup(this ILogger logger, string group, int generation, int members);

    [LoggerMessage(7002, LogLevel.Information, "Group {Group} with generation {Generation} is now empty.")]
    public static partial void GroupIsEmpty(this ILogger logger, string group, int generation);

    [LoggerMessage(7003, LogLevel.Warning, "The state of group {Group} could not be stored: {Error}.")]
    public static partial void CouldNotStoreGroup(this ILogger logger, string group, ErrorCode error);

    [LoggerMessage(7004, LogLevel.Information, "Group {Group} removed member {Member}, which did not rejoin within the rebalance timeout.")]
    public static partial void MemberDidNotRejoin(this ILogger logger, string group, string member);

    [LoggerMessage(7005, LogLevel.Information, "Group {Group} removed member {Member} (client {Client} at {Host}), which sent no heartbeat within its session timeout.")]
    public static partial void MemberExpired(this ILogger logger, string group, string member, string client, string host);

    [LoggerMessage(7006, LogLevel.Information, "In group {Group} the static member of instance {Instance} came back: {Old} is replaced by {New}.")]
    public static partial void ReplacingStaticMember(this ILogger logger, string group, string instance, string old, string @new);

    [LoggerMessage(7007, LogLevel.Information, "Groups {Groups} were deleted.")]
    public static partial void DeletedGroups(this ILogger logger, string groups);
}
