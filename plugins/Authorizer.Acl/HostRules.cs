namespace Kafka.Modular.Authorizer.Acl;

/// <summary>What one principal may do from one host to the resources of one pattern.</summary>
/// <param name="Host">The host in its canonical form, or <c>*</c>.</param>
/// <param name="Allowed">Operations that ACLs permit, those implied among them: bit n is the operation of number n.</param>
/// <param name="Denied">Operations that ACLs forbid.</param>
internal readonly record struct HostRules(string Host, int Allowed, int Denied);
