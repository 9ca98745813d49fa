using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Security;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Cluster;

/// <summary>
/// A client of a whole cluster: knows its nodes, leaders and coordinators, keeps a connection to each node that is needed, sends each request to where it
/// belongs, and tries again what may succeed later. Safe to use from any thread.
/// </summary>
public sealed class ClusterClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;

    /// <summary>Creates a client; it connects when it is first used.</summary>
    /// <param name="options">How it behaves.</param>
    /// <param name="parts">What it stands on; they stay the caller's.</param>
    /// <exception cref="ClientConfigurationException">The options of security cannot be used.</exception>
    public ClusterClient(ClientOptions options, ClientParts parts)
    {
        parts = parts with { Security = ConnectionSecurity.For(options, parts) };
        Options = options;
        Parts = parts;
        _logger = parts.Loggers.CreateLogger(ClientEvents.NetworkCategory);
        Links = new NodeLinks(options, parts, _stopping.Token);
        MetadataCache = new MetadataCache(options, parts, Links);
        Coordinators = new CoordinatorCache();
    }

    /// <summary>How it behaves.</summary>
    public ClientOptions Options { get; }

    /// <summary>What is known of the cluster now, without asking; null before anything was asked.</summary>
    public ClusterMetadata? Metadata => MetadataCache.Current;

    internal ClientParts Parts { get; }

    internal NodeLinks Links { get; }

    internal MetadataCache MetadataCache { get; }

    internal CoordinatorCache Coordinators { get; }

    /// <summary>
    /// Sends a request to where it belongs, and again while that may help and time is left: after a lost connection, and after an error that the
    /// response carries as a whole.
    /// </summary>
    /// <param name="target">Where it belongs.</param>
    /// <param name="request">The request.</param>
    /// <param name="errorOf">Finds the error by which to decide whether to send again; null for responses whose errors concern their parts only.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The response, which may hold an error that does not go away.</returns>
    /// <exception cref="KafkaClientException">No answer within <c>default.api.timeout.ms</c> (REQUEST_TIMED_OUT), or an error on the way that stays.</exception>
    /// <exception cref="UnsupportedVersionException">The node does not take such a request.</exception>
    public ValueTask<TResponse> SendAsync<TRequest, TResponse>(
        RequestTarget target, IRequest<TRequest, TResponse> request, Func<TResponse, ErrorCode>? errorOf, CancellationToken cancellationToken)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new() =>
        SendAsync(target, request, errorOf, SendOptions.Default, cancellationToken);

    /// <inheritdoc cref="SendAsync{TRequest, TResponse}(RequestTarget, IRequest{TRequest, TResponse}, Func{TResponse, ErrorCode}?, CancellationToken)"/>
    public ValueTask<TResponse> SendAsync<TRequest, TResponse>(
        RequestTarget target, IRequest<TRequest, TResponse> request, CancellationToken cancellationToken)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new() =>
        SendAsync(target, request, null, SendOptions.Default, cancellationToken);

    /// <inheritdoc cref="SendAsync{TRequest, TResponse}(RequestTarget, IRequest{TRequest, TResponse}, Func{TResponse, ErrorCode}?, CancellationToken)"/>
    /// <param name="target">Where it belongs.</param>
    /// <param name="request">The request.</param>
    /// <param name="errorOf">Finds the error by which to decide whether to send again; null for responses whose errors concern their parts only.</param>
    /// <param name="options">How each attempt is sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<TResponse> SendAsync<TRequest, TResponse>(
        RequestTarget target, IRequest<TRequest, TResponse> request, Func<TResponse, ErrorCode>? errorOf, SendOptions options, CancellationToken cancellationToken)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new()
    {
        using var attempts = new Attempts(this, TRequest.Key.ToString(), cancellationToken);
        while (true)
        {
            try
            {
                var connection = await ConnectAsync(target, attempts.Token);
                var response = await connection.SendAsync(request, options with { Timeout = attempts.Limit(options.Timeout) }, attempts.Token);
                var error = errorOf?.Invoke(response) ?? ErrorCode.None;
                if (!error.IsRetriable() || !attempts.MayGoOn)
                {
                    return response;
                }

                Forget(target, error);
                await attempts.WaitAsync(new KafkaClientException(error));
            }
            catch (KafkaClientException fault) when (fault.IsRetriable && attempts.MayGoOn)
            {
                Forget(target, fault.Code);
                await attempts.WaitAsync(fault);
            }
            catch (Exception fault)
            {
                throw attempts.Explain(fault);
            }
        }
    }

    /// <summary>A connection to where requests of that target belong now. The client keeps it; it is not to be disposed.</summary>
    /// <exception cref="KafkaClientException">The target is not known (yet), or the node cannot be reached.</exception>
    public async ValueTask<KafkaConnection> ConnectAsync(RequestTarget target, CancellationToken cancellationToken)
    {
        switch (target)
        {
            case RequestTarget.Any:
                return await Links.ConnectToAnyAsync(cancellationToken);
            case RequestTarget.Coordinator coordinator:
                var node = await Coordinators.FindAsync(this, coordinator, cancellationToken);
                Links.Add(node);
                return await Links.Of(node.Id).ConnectAsync(cancellationToken);
            default:
                var metadata = await MetadataCache.GetAsync(target is RequestTarget.PartitionLeader { Topic: var topic } ? [topic] : [], cancellationToken);
                return await Links.Of(NodeOf(metadata, target)).ConnectAsync(cancellationToken);
        }
    }

    /// <summary>The cluster's nodes and some topics; asked for where they are not known or too old.</summary>
    /// <param name="topics">Names of topics; those that are not there come with an error.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaClientException">No node answered within <c>default.api.timeout.ms</c>.</exception>
    public ValueTask<ClusterMetadata> GetMetadataAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken) =>
        RetryAsync("Metadata", token => MetadataCache.GetAsync(topics, token), cancellationToken);

    /// <summary>The cluster's nodes and some topics, asked for now.</summary>
    /// <param name="topics">Names of topics; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="KafkaClientException">No node answered within <c>default.api.timeout.ms</c>.</exception>
    public ValueTask<ClusterMetadata> RefreshMetadataAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellationToken) =>
        RetryAsync("Metadata", token => MetadataCache.RefreshAsync(topics, token), cancellationToken);

    /// <summary>Forgets what an error shows to be out of date: leaders, the controller, or a coordinator. The next request asks again.</summary>
    public void Forget(RequestTarget target, ErrorCode error)
    {
        if (target is RequestTarget.Coordinator coordinator)
        {
            if (error is not ErrorCode.CoordinatorLoadInProgress)
            {
                Coordinators.Forget(coordinator);
            }
        }
        else if (target is not RequestTarget.Any && (error.Info().InvalidatesMetadata || error is ErrorCode.NetworkException or ErrorCode.NotController))
        {
            MetadataCache.Expire();
        }
    }

    /// <summary>Closes every connection; requests under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await _stopping.CancelAsync();
            await Links.DisposeAsync();
            MetadataCache.Dispose();
            _stopping.Dispose();
        }
    }

    internal void LogTriedAgain(string call, string reason) => _logger.TriedAgain(Options.ClientId, call, reason);

    private static int NodeOf(ClusterMetadata metadata, RequestTarget target)
    {
        switch (target)
        {
            case RequestTarget.OneNode node:
                return metadata.Nodes.ContainsKey(node.Id)
                    ? node.Id
                    : throw new KafkaClientException(ErrorCode.BrokerNotAvailable, $"Node {node.Id} is not among the nodes of the cluster.");
            case RequestTarget.PartitionLeader leader:
                return LeaderOf(metadata, leader);
            default:
                return metadata.Nodes.ContainsKey(metadata.ControllerId)
                    ? metadata.ControllerId
                    : throw new KafkaClientException(ErrorCode.NotController, "No controller is known.");
        }
    }

    private static int LeaderOf(ClusterMetadata metadata, RequestTarget.PartitionLeader target)
    {
        var topic = metadata.Topics.GetValueOrDefault(target.Topic);
        var error = topic is null ? ErrorCode.UnknownTopicOrPartition : topic.Error;
        if (error != ErrorCode.None)
        {
            throw new KafkaClientException(error, $"{error.Info().Message} ({target.Topic})");
        }

        if (topic!.Partition(target.Partition) is not { } partition)
        {
            throw new KafkaClientException(ErrorCode.UnknownTopicOrPartition, $"Topic {target.Topic} has {topic.Partitions.Count} partitions, there is no partition {target.Partition}.");
        }

        return partition.LeaderId >= 0 && metadata.Nodes.ContainsKey(partition.LeaderId)
            ? partition.LeaderId
            : throw new KafkaClientException(ErrorCode.LeaderNotAvailable, $"Partition {target.Topic}-{target.Partition} has no leader.");
    }

    private async ValueTask<T> RetryAsync<T>(string call, Func<CancellationToken, ValueTask<T>> attempt, CancellationToken cancellationToken)
    {
        using var attempts = new Attempts(this, call, cancellationToken);
        while (true)
        {
            try
            {
                return await attempt(attempts.Token);
            }
            catch (KafkaClientException fault) when (fault.IsRetriable && attempts.MayGoOn)
            {
                await attempts.WaitAsync(fault);
            }
            catch (Exception fault)
            {
                throw attempts.Explain(fault);
            }
        }
    }
}
