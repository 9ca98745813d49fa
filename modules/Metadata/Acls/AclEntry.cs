namespace Kafka.Modular.Metadata.Acls;

/// <summary>An ACL binding as the log holds it; the numbers are those of Kafka's requests (KIP-801). Immutable, any thread.</summary>
/// <param name="ResourceType">2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.</param>
/// <param name="ResourceName">Name, or prefix of names.</param>
/// <param name="PatternType">3 literal, 4 prefixed (KIP-290).</param>
/// <param name="Principal">As in <c>User:alice</c>.</param>
/// <param name="Host">Address, or <c>*</c>.</param>
/// <param name="Operation">2 all, 3 read, 4 write, and onwards as in DescribeAcls.</param>
/// <param name="PermissionType">2 deny, 3 allow.</param>
public sealed record AclEntry(
    sbyte ResourceType, string ResourceName, sbyte PatternType, string Principal, string Host, sbyte Operation, sbyte PermissionType);
