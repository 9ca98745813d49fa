namespace Kafka.Modular.Raft.States;

/// <summary>Keeps the content of the file <c>quorum-state</c>. Raft loop only.</summary>
public interface IQuorumStateStore
{
    /// <summary>The content, or null when it was never written.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    ReadOnlyMemory<byte>? Read();

    /// <summary>Replaces the content atomically and durably before it returns.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    void Write(ReadOnlyMemory<byte> content);
}
