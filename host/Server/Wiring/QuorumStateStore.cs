using Kafka.Modular.Raft.States;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The file <c>quorum-state</c> beside the quorum's log.</summary>
internal sealed class QuorumStateStore(IBlobStore blobs) : IQuorumStateStore
{
    private const string FileName = "quorum-state";

    public ReadOnlyMemory<byte>? Read()
    {
        // A bare null would become an empty memory here.
        return blobs.Read(FileName) is { } content ? new ReadOnlyMemory<byte>(content) : default(ReadOnlyMemory<byte>?);
    }

    public void Write(ReadOnlyMemory<byte> content) => blobs.Put(FileName, content.Span, durable: true);
}
