namespace Kafka.Modular.Controller.Acls;

/// <summary>Which numbers of requests about ACLs mean something that can be stored.</summary>
internal static class AclNumbers
{
    /// <summary>Records of one operation at most.</summary>
    public const int MaxRecords = 10_000;

    private const sbyte Any = 1;
    private const sbyte Match = 2;
    private const sbyte HighestResourceType = 7;
    private const sbyte HighestOperation = 15;

    public static bool IsResourceType(sbyte number) => number is > Any and <= HighestResourceType;

    public static bool IsPatternType(sbyte number) => number is 3 or 4;

    public static bool IsOperation(sbyte number) => number is > Any and <= HighestOperation;

    public static bool IsPermissionType(sbyte number) => number is 2 or 3;

    /// <summary>Whether a filter has a kind of resource or of pattern that is not known.</summary>
    public static bool IsUnknownPattern(sbyte resourceType, sbyte patternType) =>
        (resourceType != Any && !IsResourceType(resourceType)) || (patternType is not (Any or Match) && !IsPatternType(patternType));

    /// <summary>Whether a filter has an operation or permission that is not known.</summary>
    public static bool IsUnknownEntry(sbyte operation, sbyte permissionType) =>
        (operation != Any && !IsOperation(operation)) || (permissionType != Any && !IsPermissionType(permissionType));
}
