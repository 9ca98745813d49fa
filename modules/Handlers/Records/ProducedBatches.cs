using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Handlers.Records;

/// <summary>What the version of a produce request allows in it. Allocates nothing for a batch that is allowed.</summary>
internal static class ProducedBatches
{
    private const short FirstVersionWithZstd = 7;

    /// <summary>The client id that Kafka's own tools use to write to internal topics.</summary>
    private const string AdminClientId = "__admin_client";

    private const int MagicPosition = 16;

    public static Refusal Check(RequestContext context, TopicPartition partition, Protocol.Messages.Records records, out ReadOnlyMemory<byte> batch)
    {
        batch = default;
        if (InternalTopicNames.Contains(partition.Topic) && !string.Equals(context.ClientId, AdminClientId, StringComparison.Ordinal))
        {
            return new Refusal(ErrorCode.InvalidTopicException, $"Cannot append to internal topic {partition.Topic}");
        }

        if (records.IsNull || !records.TryGetMemory(out batch) || batch.IsEmpty)
        {
            return Invalid(context, "must have at least one record batch per partition");
        }

        if (batch.Length > MagicPosition && batch.Span[MagicPosition] != RecordBatchFormat.CurrentMagic)
        {
            return Invalid(context, "are only allowed to contain record batches with magic version 2");
        }

        if (RecordBatchView.TryRead(batch.Span, out var view) != RecordSetStatus.Ok)
        {
            // The log names what is wrong with it.
            return Refusal.None;
        }

        if (view.Bytes.Length < batch.Length)
        {
            return Invalid(context, "are only allowed to contain exactly one record batch per partition");
        }

        if (view.IsTransactional)
        {
            return new Refusal(ErrorCode.TransactionalIdAuthorizationFailed, "Transactions are not served by this broker.");
        }

        return view.Compression == CompressionType.Zstd && context.ApiVersion < FirstVersionWithZstd
            ? new Refusal(ErrorCode.UnsupportedCompressionType, $"Produce requests with version {context.ApiVersion} are not allowed to use ZStandard compression")
            : Refusal.None;
    }

    private static Refusal Invalid(RequestContext context, string what) => new(ErrorCode.InvalidRecord, $"Produce requests with version {context.ApiVersion} {what}");
}
