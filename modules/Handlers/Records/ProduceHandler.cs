using System.Runtime.InteropServices;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Spi.Storage;

namespace Kafka.Modular.Handlers.Records;

/// <summary>
/// Produce: appends one batch to each partition, in place in the received frame, and replies when the acks that the producer asked for are there.
/// </summary>
public sealed class ProduceHandler(HandlerServices services, ReplicaManager replicas, MetadataCache metadata) : ApiHandler
{
    private const short NoAcks = 0;
    private const short AllAcks = -1;
    private const short FirstVersionWithTopicIds = 13;
    private const short FirstVersionWithCurrentLeader = 10;

    private readonly AccessControl _access = services.For(ApiKey.Produce).Access;

    /// <inheritdoc/>
    public override ApiKey ApiKey => ApiKey.Produce;

    /// <inheritdoc/>
    public override ValueTask<Reply> DispatchAsync(RequestContext context, RequestFrame ownedFrame, int bodyPosition)
    {
        ProduceResponse response;
        List<AwaitedAppend>? awaited = null;
        short acks;
        int timeoutMs;
        using (ownedFrame)
        {
            var reader = new ProtocolReader(ownedFrame.Memory[bodyPosition..]);
            var request = ProduceRequestView.Read(ref reader, context.ApiVersion);
            (acks, timeoutMs) = (request.Acks, request.TimeoutMs);
            response = Append(context, request, ref awaited);
        }

        if (acks == NoAcks)
        {
            // Nobody reads a reply; a producer whose records were refused learns it from its connection.
            return new ValueTask<Reply>(HasErrors(response) ? Refuse(context) : Count(context, response, Reply.Nothing(context.Metrics)));
        }

        if (acks != AllAcks || awaited is null || awaited.TrueForAll(static append => append.TrySettle()))
        {
            return new ValueTask<Reply>(Encode(context, response));
        }

        return new ValueTask<Reply>(AwaitReplicasAsync(context, response, awaited, timeoutMs));
    }

    internal override Reply Refuse(RequestContext context, ReadOnlyMemory<byte> body, ErrorCode error, string message)
    {
        var reader = new ProtocolReader(body);
        var request = ProduceRequest.Read(ref reader, context.ApiVersion);
        if (request.Acks == NoAcks)
            return Reply.Close;
        var response = new ProduceResponse();
        foreach (var topic in request.TopicData)
        {
            var refused = new ProduceResponse.TopicProduceResponse { Name = topic.Name, TopicId = topic.TopicId };
            refused.PartitionResponses.AddRange(topic.PartitionData.Select(partition => new ProduceResponse.PartitionProduceResponse
            {
                Index = partition.Index, ErrorCode = error, ErrorMessage = message, BaseOffset = -1,
            }));
            response.Responses.Add(refused);
        }

        return Encode(context, response);
    }

    private static bool HasErrors(ProduceResponse response)
        => response.Responses.Exists(static topic => topic.PartitionResponses.Exists(static partition => partition.ErrorCode != ErrorCode.None));

    private Reply Refuse(RequestContext context)
    {
        services.Logger.UnacknowledgedProduceRefused(context.ClientId, context.Connection.Id, context.Connection.Listener.Name);
        return Reply.Close;
    }

    private async Task<Reply> AwaitReplicasAsync(RequestContext context, ProduceResponse response, List<AwaitedAppend> awaited, int timeoutMs)
    {
        var parked = new ParkedProduce(awaited);
        foreach (var append in awaited)
        {
            append.Partition.Parked.Add(parked);
        }

        if (!parked.Check())
        {
            parked.ExpireAfter(replicas.Timers, TimeSpan.FromMilliseconds(Math.Max(timeoutMs, 0)));
        }

        services.Metrics.OnProduceParked(1);
        try
        {
            await using (context.Cancellation.UnsafeRegister(static state => ((ParkedProduce)state!).End(), parked))
            {
                await parked.Completion;
            }
        }
        finally
        {
            services.Metrics.OnProduceParked(-1);
        }

        foreach (var append in awaited)
        {
            if (append.Response.ErrorCode != ErrorCode.None)
            {
                append.Response.BaseOffset = -1;
                DescribeLeader(context, append.Response, append.Partition.TopicPartition, response);
            }
        }

        return Encode(context, response);
    }

    private ProduceResponse Append(RequestContext context, ProduceRequestView request, ref List<AwaitedAppend>? awaited)
    {
        var response = new ProduceResponse();
        var image = metadata.Image;
        var refusal = request.Acks is < AllAcks or > 1
            ? ErrorCode.InvalidRequiredAcks
            : request.TransactionalIdIsNull ? ErrorCode.None : ErrorCode.TransactionalIdAuthorizationFailed;
        foreach (var topic in request.TopicData)
        {
            var byId = context.ApiVersion >= FirstVersionWithTopicIds;
            var name = byId ? (image.Topics.TryGet(topic.TopicId, out var found) ? found.Name : null) : topic.GetName();
            var mayWrite = name is null || _access.Allows(context.Identity, AclOperation.Write, ResourceType.Topic, name);
            var topicResponse = new ProduceResponse.TopicProduceResponse { Name = byId ? "" : name!, TopicId = topic.TopicId };
            response.Responses.Add(topicResponse);
            foreach (var partition in topic.PartitionData)
            {
                var answer = new ProduceResponse.PartitionProduceResponse { Index = partition.Index, BaseOffset = -1 };
                topicResponse.PartitionResponses.Add(answer);
                if (!mayWrite || refusal != ErrorCode.None)
                {
                    answer.ErrorCode = mayWrite ? refusal : ErrorCode.TopicAuthorizationFailed;
                }
                else if (name is null)
                {
                    answer.ErrorCode = ErrorCode.UnknownTopicId;
                }
                else
                {
                    Append(context, image, new TopicPartition(name, partition.Index), partition.Records, request.Acks, answer, response, ref awaited);
                }
            }
        }

        return response;
    }

    private void Append(
        RequestContext context,
        MetadataImage image,
        TopicPartition topicPartition,
        Protocol.Messages.Records records,
        short acks,
        ProduceResponse.PartitionProduceResponse answer,
        ProduceResponse response,
        ref List<AwaitedAppend>? awaited)
    {
        if (ProducedBatches.Check(context, topicPartition, records, out var batch) is { IsRefused: true } refusal)
        {
            (answer.ErrorCode, answer.ErrorMessage) = (refusal.Error, refusal.Message);
            return;
        }

        if (!replicas.TryGet(topicPartition, out var partition))
        {
            answer.ErrorCode = image.Topics.Partition(topicPartition.Topic, topicPartition.Partition) is null
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.NotLeaderOrFollower;
            DescribeLeader(context, answer, topicPartition, response);
            return;
        }

        LogAppendResult result;
        try
        {
            result = partition.Append(MemoryMarshal.AsMemory(batch), requireMinIsr: acks == AllAcks);
        }
        catch (LogStoreException exception)
        {
            services.Logger.AppendFailed(exception, topicPartition, context.ClientId);
            result = new LogAppendResult { Error = ErrorCode.KafkaStorageError };
        }

        Fill(answer, result);
        if (result.Error != ErrorCode.None)
        {
            DescribeLeader(context, answer, topicPartition, response);
        }
        else if (acks == AllAcks)
        {
            (awaited ??= []).Add(new AwaitedAppend(partition, result.LastOffset + 1, answer));
        }
    }

    private static void Fill(ProduceResponse.PartitionProduceResponse answer, in LogAppendResult result)
    {
        (answer.ErrorCode, answer.ErrorMessage) = (result.Error, result.Message);
        answer.LogStartOffset = result.LogStartOffset;
        if (result.Error == ErrorCode.None)
        {
            (answer.BaseOffset, answer.LogAppendTimeMs) = (result.FirstOffset, result.LogAppendTime);
        }

        foreach (var error in result.RecordErrors ?? [])
        {
            answer.RecordErrors.Add(new ProduceResponse.BatchIndexAndErrorMessage { BatchIndex = error.BatchIndex, BatchIndexErrorMessage = error.Message });
        }
    }

    /// <summary>A producer that asks the wrong broker is told the right one (KIP-951).</summary>
    private void DescribeLeader(
        RequestContext context, ProduceResponse.PartitionProduceResponse answer, TopicPartition partition, ProduceResponse response)
    {
        if (context.ApiVersion < FirstVersionWithCurrentLeader || answer.ErrorCode is not (ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch))
        {
            return;
        }

        var image = metadata.Image;
        if (image.Topics.Partition(partition.Topic, partition.Partition) is not { } registration)
        {
            return;
        }

        answer.CurrentLeader.LeaderId = new BrokerId(registration.Leader);
        answer.CurrentLeader.LeaderEpoch = registration.LeaderEpoch;
        if (image.Cluster.TryGetBroker(registration.Leader, out var broker)
            && broker.Endpoint(context.Connection.Listener.Name) is { } endpoint
            && !response.NodeEndpoints.Exists(node => node.NodeId.Value == broker.Id))
        {
            response.NodeEndpoints.Add(new ProduceResponse.NodeEndpoint
            {
                NodeId = new BrokerId(broker.Id), Host = endpoint.Host, Port = endpoint.Port, Rack = broker.Rack,
            });
        }
    }

    private static Reply Count(RequestContext context, ProduceResponse response, Reply reply)
    {
        foreach (var topic in response.Responses)
        {
            foreach (var partition in topic.PartitionResponses)
                context.Metrics?.OnErrors((short)partition.ErrorCode);
        }

        return reply;
    }

    private Reply Encode(RequestContext context, ProduceResponse response) =>
        Count(context, response, ReplyEncoder.Encode(services.Buffers, context, response));
}
