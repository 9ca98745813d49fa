using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Acls;

/// <summary>DeleteAcls: each filter names what it picks, also what another filter of the request picks too. Controller loop.</summary>
internal static class AclDeletion
{
    public static ControllerResult<AclChange<DeleteAclsResponse>> Delete(ControllerState state, DeleteAclsRequest request)
    {
        var response = new DeleteAclsResponse();
        var removed = new HashSet<Uuid>();
        foreach (var asked in request.Filters)
        {
            var result = new DeleteAclsResponse.DeleteAclsFilterResult { ErrorMessage = null };
            response.FilterResults.Add(result);
            if (Check(asked) is { } refusal)
            {
                (result.ErrorCode, result.ErrorMessage) = (ErrorCode.InvalidRequest, refusal);
                continue;
            }

            var filter = FilterOf(asked);
            foreach (var (id, entry) in state.Image.Acls.Entries)
            {
                if (!filter.Matches(entry))
                    continue;
                // Kafka looks at the number first, and so refuses what it has already counted too.
                if (removed.Count >= AclNumbers.MaxRecords)
                    return ControllerResult<AclChange<DeleteAclsResponse>>.NoChange(new(TooMany(request), AclChange<DeleteAclsResponse>.NothingChanged));
                removed.Add(id);
                result.MatchingAcls.Add(Matching(entry));
            }
        }

        return new(
            [.. removed.Select(static id => new MetadataRecord(new RemoveAccessControlEntryRecord { Id = id }, 0))],
            new(response, removed.Count == 0 ? AclChange<DeleteAclsResponse>.NothingChanged : state.NextOffset + removed.Count - 1));
    }

    private static string? Check(DeleteAclsRequest.DeleteAclsFilter filter)
    {
        if (AclNumbers.IsUnknownPattern(filter.ResourceTypeFilter, filter.PatternTypeFilter))
            return "Unknown patternFilter.";
        return AclNumbers.IsUnknownEntry(filter.Operation, filter.PermissionType) ? "Unknown entryFilter." : null;
    }

    private static DeleteAclsResponse TooMany(DeleteAclsRequest request) => new()
    {
        FilterResults =
        [
            .. request.Filters.Select(static _ => new DeleteAclsResponse.DeleteAclsFilterResult
            {
                ErrorCode = ErrorCode.InvalidRequest, ErrorMessage = $"Cannot remove more than {AclNumbers.MaxRecords} acls in a single delete operation.",
            }),
        ],
    };

    private static AclFilter FilterOf(DeleteAclsRequest.DeleteAclsFilter filter) => new(
        filter.ResourceTypeFilter,
        filter.ResourceNameFilter,
        filter.PatternTypeFilter,
        filter.PrincipalFilter,
        filter.HostFilter,
        filter.Operation,
        filter.PermissionType);

    private static DeleteAclsResponse.DeleteAclsMatchingAcl Matching(AclEntry entry) => new()
    {
        ErrorMessage = null,
        ResourceType = entry.ResourceType,
        ResourceName = entry.ResourceName,
        PatternType = entry.PatternType,
        Principal = entry.Principal,
        Host = entry.Host,
        Operation = entry.Operation,
        PermissionType = entry.PermissionType,
    };
}
