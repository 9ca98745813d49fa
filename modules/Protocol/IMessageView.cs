namespace Kafka.Modular.Protocol;

/// <summary>A message or struct that is read in place, without allocating.</summary>
/// <typeparam name="TSelf">The view itself.</typeparam>
public interface IMessageView<TSelf>
    where TSelf : IMessageView<TSelf>, allows ref struct
{
    /// <summary>Reads it, and goes over all that is in it.</summary>
    /// <exception cref="ProtocolException">The bytes are malformed.</exception>
    static abstract TSelf Read(scoped ref ProtocolReader reader, short version);
}
