using System.Globalization;
using Kafka.Modular.Bench.Wire;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Bench.Security;

/// <summary>
/// ACLs as a cluster has them: some about the topics that are measured and for who measures, more about other topics by name and by prefix, and for other users about
/// the same.
/// </summary>
internal static class BenchAcls
{
    private const short Version = 3;
    private const sbyte Topic = 2;
    private const sbyte Literal = 3;
    private const sbyte Prefixed = 4;
    private const sbyte Read = 3;
    private const sbyte Write = 4;
    private const sbyte Allow = 3;

    /// <summary>Adds them.</summary>
    /// <param name="admin">A connection of a super user.</param>
    /// <param name="count">How many there are then.</param>
    public static void Add(SecureConnection admin, int count)
    {
        var request = new CreateAclsRequest();
        request.Creations.Add(Acl("bench-", Prefixed, "alice", Read));
        request.Creations.Add(Acl("bench-", Prefixed, "alice", Write));
        for (var i = 2; i < count; i++)
        {
            request.Creations.Add((i % 4) switch
            {
                0 => Acl("bench-", Prefixed, Text($"user{i}"), Write),
                1 => Acl(Text($"b{i % 10}"), Prefixed, Text($"user{i}"), Read),
                2 => Acl(Text($"topic-{i}"), Literal, "alice", Read),
                _ => Acl(Text($"topic-{i}"), Literal, Text($"user{i % 50}"), Write),
            });
        }

        foreach (var result in admin.Ask(request, Version).Results)
            BenchTopic.Check(result.ErrorCode, "adding ACLs");
    }

    private static CreateAclsRequest.AclCreation Acl(string name, sbyte pattern, string user, sbyte operation) => new()
    {
        ResourceType = Topic, ResourceName = name, ResourcePatternType = pattern, Principal = "User:" + user, Host = "*", Operation = operation, PermissionType = Allow,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
