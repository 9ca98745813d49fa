using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>A line of a table of ACLs: with these permissions, and no others, this request is answered so.</summary>
internal sealed record AccessRow(string Request, string Permissions, string Answer)
{
    /// <summary>The API that is asked: the first word of the request.</summary>
    public string Api => Request.Split(' ')[0];

    public IEnumerable<Grant> Grants => Permissions.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Parse);

    /// <summary>Reads lines of three columns: request | permissions | answer. A line without a request has that of the line above.</summary>
    public static IEnumerable<TestCaseData> Read(string table)
    {
        var request = "";
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var columns = line.Split('|', StringSplitOptions.TrimEntries);
            request = columns[0].Length > 0 ? columns[0] : request;
            var row = new AccessRow(request, columns[1], columns[2]);
            yield return new TestCaseData(row).SetArgDisplayNames(row.Request, row.Permissions.Length > 0 ? row.Permissions : "nothing");
        }
    }

    private static Grant Parse(string permission)
    {
        var (operation, resource) = permission.Split(' ') switch { [var first, var second] => (Enum.Parse<AclOperation>(first), second.Split(':')), _ => throw new FormatException(permission) };
        return new Grant(operation, Enum.Parse<ResourceType>(resource[0]), resource.Length > 1 ? resource[1] : AclBinding.ClusterName);
    }
}
