using Kafka.Modular.Core.Ids;
using Kafka.Modular.Metadata.Acls;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Acls;

/// <summary>CreateAcls: checks each ACL by itself; one that exists already is no record and no error. Controller loop.</summary>
internal static class AclCreation
{
    private const sbyte Cluster = 4;
    private const string ClusterName = "kafka-cluster";

    public static ControllerResult<AclChange<CreateAclsResponse>> Create(ControllerState state, CreateAclsRequest request)
    {
        var existing = state.Image.Acls.Entries.Values.ToHashSet();
        var response = new CreateAclsResponse();
        var records = new List<MetadataRecord>();
        foreach (var creation in request.Creations)
        {
            var refusal = Check(creation);
            response.Results.Add(new CreateAclsResponse.AclCreationResult { ErrorCode = refusal is null ? ErrorCode.None : ErrorCode.InvalidRequest, ErrorMessage = refusal ?? "" });
            if (refusal is not null || !existing.Add(EntryOf(creation)))
                continue;
            if (records.Count == AclNumbers.MaxRecords)
                return ControllerResult<AclChange<CreateAclsResponse>>.NoChange(new(TooMany(request), AclChange<CreateAclsResponse>.NothingChanged));
            records.Add(new MetadataRecord(RecordOf(NewId(state), creation), 0));
        }

        return new(records, new(response, records.Count == 0 ? AclChange<CreateAclsResponse>.NothingChanged : state.NextOffset + records.Count - 1));
    }

    private static string? Check(CreateAclsRequest.AclCreation creation)
    {
        if (creation.ResourceType == Cluster && creation.ResourceName != ClusterName)
            return $"The only valid name for the CLUSTER resource is {ClusterName}";
        if (creation.ResourceName.Length == 0)
            return "Invalid empty resource name";
        if (!AclNumbers.IsResourceType(creation.ResourceType))
            return "Invalid resourceType UNKNOWN";
        if (!AclNumbers.IsPatternType(creation.ResourcePatternType))
            return "Invalid patternType UNKNOWN";
        if (!AclNumbers.IsOperation(creation.Operation))
            return "Invalid operation UNKNOWN";
        if (!AclNumbers.IsPermissionType(creation.PermissionType))
            return "Invalid permissionType UNKNOWN";
        return creation.Principal.Contains(':', StringComparison.Ordinal)
            ? null
            : $"Could not parse principal from `{creation.Principal}` (no colon is present separating the principal type from the principal name)";
    }

    // What Kafka says of any operation with more records than it takes at once.
    private static CreateAclsResponse TooMany(CreateAclsRequest request) => new()
    {
        Results =
        [
            .. request.Creations.Select(static creation => Check(creation) is { } refusal
                ? new CreateAclsResponse.AclCreationResult { ErrorCode = ErrorCode.InvalidRequest, ErrorMessage = refusal }
                : new CreateAclsResponse.AclCreationResult
                {
                    ErrorCode = ErrorCode.PolicyViolation, ErrorMessage = "Unable to perform excessively large batch operation.",
                }),
        ],
    };

    private static Uuid NewId(ControllerState state)
    {
        while (true)
        {
            var id = Uuid.CreateRandom(state.Random);
            if (!state.Image.Acls.Entries.ContainsKey(id))
                return id;
        }
    }

    private static AclEntry EntryOf(CreateAclsRequest.AclCreation creation) => new(
        creation.ResourceType,
        creation.ResourceName,
        creation.ResourcePatternType,
        creation.Principal,
        creation.Host,
        creation.Operation,
        creation.PermissionType);

    private static AccessControlEntryRecord RecordOf(Uuid id, CreateAclsRequest.AclCreation creation) => new()
    {
        Id = id,
        ResourceType = creation.ResourceType,
        ResourceName = creation.ResourceName,
        PatternType = creation.ResourcePatternType,
        Principal = creation.Principal,
        Host = creation.Host,
        Operation = creation.Operation,
        PermissionType = creation.PermissionType,
    };
}
