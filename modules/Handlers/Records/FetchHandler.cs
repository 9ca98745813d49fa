using Kafka.Modular.Configuration;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.LogStorage;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Replication;
using Kafka.Modular.Replication.Metrics;
using Kafka.Modular.Replication.Sessions;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Records;

/// <summary>
/// Fetch: a long poll over the partitions of a session (KIP-227) or of the request. What is read are regions of the logs; the records are sent as they are.
/// </summary>
public sealed class FetchHandler(
    HandlerServices services, ReplicaManager replicas, MetadataCache metadata, FetchSessionCache sessions, ISettings<ReplicationSettings> settings)
    : Handler<FetchRequest, FetchResponse>(services)
{
    private const short FirstVersionWithNodeEndpoints = 16;
    private const sbyte ReadCommitted = 1;

    /// <summary>As Kafka's metrics name the two kinds of fetches; they count toward Fetch, too.</summary>
    private const string ConsumerRequests = "FetchConsumer";

    /// <inheritdoc cref="ConsumerRequests"/>
    private const string FollowerRequests = "FetchFollower";

    private readonly FetchContexts _contexts = new(sessions);
    private readonly FetchReads _reads = new(replicas, metadata, services.Logger);

    /// <summary>The follower that fetches, or -1 for a consumer; it stands in another field from version 15 (KIP-903).</summary>
    internal static int ReplicaIdOf(FetchRequest request) => request.ReplicaState.ReplicaId.Value >= 0 ? request.ReplicaState.ReplicaId : request.ReplicaId;

    /// <summary>Gives back what was read and will not be sent.</summary>
    internal static void Release(IEnumerable<FetchResponse.PartitionData> results)
    {
        foreach (var result in results)
        {
            result.Records.Lease?.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<FetchResponse> HandleAsync(RequestContext context, FetchRequest request)
    {
        var error = _contexts.TryResolve(context, request, metadata.Image, out var fetch);
        if (error != ErrorCode.None)
        {
            return ValueTask.FromResult(OnError(context, request, error));
        }

        var replicaId = ReplicaIdOf(request);
        if (Services.Access.IsEnabled)
        {
            Authorize(context, fetch!, isFollower: replicaId >= 0);
        }

        context.Metrics = Services.Metrics.Requests.Get(replicaId >= 0 ? FollowerRequests : ConsumerRequests, context.Metrics);
        context.Metrics.OnRequest(context.ApiVersion, context.RequestBytes);
        var limits = new FetchLimits(
            replicaId,
            replicaId >= 0 ? ReadIsolation.LogEnd : request.IsolationLevel == ReadCommitted ? ReadIsolation.Committed : ReadIsolation.HighWatermark,
            replicaId >= 0 ? request.MaxBytes : Math.Min(request.MaxBytes, settings.Current.FetchMaxBytes));
        var minBytes = Math.Min(request.MinBytes, limits.MaxBytes);
        var mayWait = request.MaxWaitMs > 0 && fetch!.HasReadable && minBytes > 0;
        if (mayWait && _reads.HasNothingToSay(fetch!.Partitions, limits))
        {
            return new ValueTask<FetchResponse>(ParkAsync(context, fetch, limits, minBytes, request.MaxWaitMs));
        }

        var results = _reads.Read(fetch!.Partitions, limits, out var bytes, out var endsWait);
        if (!mayWait || bytes >= minBytes || endsWait)
        {
            return ValueTask.FromResult(Answer(context, fetch, limits, results));
        }

        Release(results);
        return new ValueTask<FetchResponse>(ParkAsync(context, fetch, limits, minBytes, request.MaxWaitMs));
    }

    /// <inheritdoc/>
    protected override FetchResponse OnError(RequestContext context, FetchRequest request, ErrorCode error) => new() { ErrorCode = error };

    /// <inheritdoc/>
    protected override void CountErrors(RequestContext context, FetchResponse response)
    {
        context.Metrics?.OnErrors((short)response.ErrorCode);
        foreach (var topic in response.Responses)
        {
            foreach (var partition in topic.Partitions)
                context.Metrics?.OnErrors((short)partition.ErrorCode);
        }
    }

    /// <summary>Brokers may fetch everything or nothing, consumers the topics that they may read. An id that is not known is nobody's secret.</summary>
    private void Authorize(RequestContext context, FetchContext fetch, bool isFollower)
    {
        var mayFollow = isFollower && Services.Access.AllowsOnCluster(context.Identity, AclOperation.ClusterAction);
        string? topic = null;
        var mayRead = true;
        for (var index = 0; index < fetch.Partitions.Count; index++)
        {
            // The partitions of a topic stand together: each topic is asked for once, and nothing is allocated.
            var partition = fetch.Partitions[index];
            if (!isFollower && !string.Equals(topic, partition.Topic, StringComparison.Ordinal))
            {
                topic = partition.Topic;
                mayRead = topic is null || Services.Access.Allows(context.Identity, AclOperation.Read, ResourceType.Topic, topic);
            }

            partition.IsRefused = isFollower ? !mayFollow : !mayRead;
        }
    }

    private async Task<FetchResponse> ParkAsync(RequestContext context, FetchContext fetch, FetchLimits limits, int minBytes, int maxWaitMs)
    {
        var parked = new ParkedFetch(_reads, fetch.Partitions, limits, minBytes);
        foreach (var asked in fetch.Partitions)
        {
            if (_reads.Find(asked, out var partition) == ErrorCode.None)
            {
                partition!.Parked.Add(parked);
            }
        }

        if (!parked.Check())
        {
            parked.ExpireAfter(replicas.Timers, TimeSpan.FromMilliseconds(maxWaitMs));
        }

        List<FetchResponse.PartitionData> results;
        Services.Metrics.OnFetchParked(1);
        try
        {
            await using (context.Cancellation.UnsafeRegister(static state => ((ParkedFetch)state!).End(), parked))
            {
                results = await parked.Completion;
            }
        }
        finally
        {
            Services.Metrics.OnFetchParked(-1);
        }

        return Answer(context, fetch, limits, results);
    }

    private FetchResponse Answer(RequestContext context, FetchContext fetch, FetchLimits limits, List<FetchResponse.PartitionData> results)
    {
        var response = new FetchResponse { SessionId = fetch.SessionId };
        FetchResponse.FetchableTopicResponse? topic = null;
        TopicMetrics? metrics = null;
        for (var index = 0; index < results.Count; index++)
        {
            var (asked, data) = (fetch.Partitions[index], results[index]);
            if (!fetch.MustAnswer(asked, data))
            {
                continue;
            }

            if (topic is null || topic.TopicId != asked.TopicId || !string.Equals(topic.Topic, asked.Topic ?? "", StringComparison.Ordinal))
            {
                topic = new FetchResponse.FetchableTopicResponse { Topic = asked.Topic ?? "", TopicId = asked.TopicId };
                response.Responses.Add(topic);
                metrics = asked.Topic is null ? null : replicas.TopicMetrics.Find(asked.Topic);
            }

            metrics?.OnSent(data.Records.Length, toReplica: limits.ReplicaId >= 0);

            DescribeLeader(context, asked, data, response);
            topic.Partitions.Add(data);
        }

        return response;
    }

    /// <summary>A consumer that asks the wrong broker is told the right one (KIP-951).</summary>
    private void DescribeLeader(RequestContext context, FetchPartition asked, FetchResponse.PartitionData data, FetchResponse response)
    {
        var image = metadata.Image;
        if (context.ApiVersion < FirstVersionWithNodeEndpoints
            || data.ErrorCode is not (ErrorCode.NotLeaderOrFollower or ErrorCode.FencedLeaderEpoch)
            || asked.Topic is null
            || image.Topics.Partition(asked.Topic, asked.Index) is not { } registration)
        {
            return;
        }

        data.CurrentLeader.LeaderId = new BrokerId(registration.Leader);
        data.CurrentLeader.LeaderEpoch = registration.LeaderEpoch;
        if (image.Cluster.TryGetBroker(registration.Leader, out var broker)
            && broker.Endpoint(context.Connection.Listener.Name) is { } endpoint
            && !response.NodeEndpoints.Exists(node => node.NodeId.Value == broker.Id))
        {
            response.NodeEndpoints.Add(new FetchResponse.NodeEndpoint
            {
                NodeId = new BrokerId(broker.Id), Host = endpoint.Host, Port = endpoint.Port, Rack = broker.Rack,
            });
        }
    }
}
