using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>DescribeGroups, each group by its coordinator.</summary>
public sealed class DescribeGroupsHandler(HandlerServices services, GroupCoordinator groups) : Handler<DescribeGroupsRequest, DescribeGroupsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<DescribeGroupsResponse> HandleAsync(RequestContext context, DescribeGroupsRequest request)
    {
        var described = await Task.WhenAll(request.Groups.Select(groupId => groups.DescribeAsync(groupId, context.ApiVersion)));
        var response = new DescribeGroupsResponse();
        foreach (var group in described)
        {
            if (request.IncludeAuthorizedOperations && group.ErrorCode == ErrorCode.None)
            {
                group.AuthorizedOperations = AuthorizedOperations.OnGroup;
            }

            response.Groups.Add(group);
        }

        return response;
    }

    /// <inheritdoc/>
    protected override DescribeGroupsResponse OnError(RequestContext context, DescribeGroupsRequest request, ErrorCode error)
    {
        var response = new DescribeGroupsResponse();
        response.Groups.AddRange(request.Groups.Select(groupId => new DescribeGroupsResponse.DescribedGroup { GroupId = groupId, ErrorCode = error }));
        return response;
    }
}
