using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>LeaveGroup, by the group's coordinator. Below version 3 one member leaves, and its error is the request's.</summary>
public sealed class LeaveGroupHandler(HandlerServices services, GroupCoordinator groups) : Handler<LeaveGroupRequest, LeaveGroupResponse>(services)
{
    private const short FirstVersionWithManyMembers = 3;

    /// <inheritdoc/>
    protected override async ValueTask<LeaveGroupResponse> HandleAsync(RequestContext context, LeaveGroupRequest request)
    {
        if (!Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Group, request.GroupId))
        {
            return OnError(context, request, ErrorCode.GroupAuthorizationFailed);
        }

        if (context.ApiVersion >= FirstVersionWithManyMembers)
        {
            return await groups.LeaveAsync(request);
        }

        request.Members = [new LeaveGroupRequest.MemberIdentity { MemberId = request.MemberId }];
        var response = await groups.LeaveAsync(request);
        return new LeaveGroupResponse
        {
            ErrorCode = response.ErrorCode != ErrorCode.None || response.Members.Count == 0 ? response.ErrorCode : response.Members[0].ErrorCode,
        };
    }

    /// <inheritdoc/>
    protected override LeaveGroupResponse OnError(RequestContext context, LeaveGroupRequest request, ErrorCode error) => new() { ErrorCode = error };
}
