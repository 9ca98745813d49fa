namespace Kafka.Modular.Controller.Acls;

/// <summary>What became of a request that changes ACLs.</summary>
/// <typeparam name="T">The response.</typeparam>
/// <param name="Response">The response.</param>
/// <param name="LastOffset">Offset of the last record of the change in the metadata log, so that one can wait for it; -1 where nothing changed.</param>
public sealed record AclChange<T>(T Response, long LastOffset)
{
    internal const long NothingChanged = -1;
}
