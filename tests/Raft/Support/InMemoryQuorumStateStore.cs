using Kafka.Modular.Raft.States;

namespace Kafka.Modular.Raft.Tests.Support;

/// <summary>A quorum-state file in memory.</summary>
internal sealed class InMemoryQuorumStateStore : IQuorumStateStore
{
    public ReadOnlyMemory<byte>? Content { get; set; }

    public int Writes { get; private set; }

    public ReadOnlyMemory<byte>? Read() => Content;

    public void Write(ReadOnlyMemory<byte> content)
    {
        Writes++;
        Content = content.ToArray();
    }
}
