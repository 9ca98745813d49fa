using Kafka.Modular.Core.Ids;

namespace Kafka.Modular.Controller.Acls;

/// <summary>What became of a request that changes ACLs.</summary>
/// <typeparam name="T">The response.</typeparam>
/// <param name="Response">The response.</param>
/// <param name="Ids">Ids of the bindings that came or went, so that one can wait for it.</param>
public sealed record AclChange<T>(T Response, IReadOnlyList<Uuid> Ids);
