using Kafka.Modular.Raft.States;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Server.Wiring;

/// <summary>The file <c>quorum-state</c> beside the quorum's log.</summary>
internal sealed class QuorumStateStore(IBlobStore blobs) : IQuorumStateStore
{
    private const string FileName = "quorum-state";

    public ReadOnlyMemory<byte>? Read() => blobs.Read(FileName) is { } content ? content : null;

    public void Write(ReadOnlyMemory<byte> content) => blobs.Put(FileName, content.Span, durable: true);
}
