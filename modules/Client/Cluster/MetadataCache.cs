using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Client.Cluster;

/// <summary>What is known of the cluster, and how it is asked for. One question at a time; who comes meanwhile waits for its answer. Safe to use from any thread.</summary>
internal sealed class MetadataCache(ClientOptions options, ClientParts parts, NodeLinks links) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ILogger _logger = parts.Loggers.CreateLogger(ClientEvents.MetadataCategory);
    private ClusterMetadata? _current;
    private long _loadedAt;
    private int _isExpired;

    public ClusterMetadata? Current => Volatile.Read(ref _current);

    /// <summary>Whether it should be asked for again.</summary>
    public bool IsOld => Volatile.Read(ref _isExpired) != 0 || (Current is not null && parts.Time.GetElapsedTime(_loadedAt) > options.MetadataMaximumAge);

    /// <summary>Makes the next who asks fetch it again.</summary>
    public void Expire() => Volatile.Write(ref _isExpired, 1);

    /// <summary>The metadata with these topics in it, from memory where it is there, young enough and without error.</summary>
    public async ValueTask<ClusterMetadata> GetAsync(IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        if (IsGood(topics) is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (IsGood(topics) is { } loaded)
            {
                return loaded;
            }

            // Topics that were asked for before stay fresh together with these.
            var wanted = new HashSet<string>(_current?.Topics.Keys ?? [], StringComparer.Ordinal);
            wanted.UnionWith(topics);
            return await LoadAsync(wanted, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The metadata, asked for now.</summary>
    /// <param name="topics">Names of topics; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<ClusterMetadata> RefreshAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await LoadAsync(topics, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private ClusterMetadata? IsGood(IReadOnlyCollection<string> topics)
    {
        var current = Current;
        if (current is null || Volatile.Read(ref _isExpired) != 0 || parts.Time.GetElapsedTime(_loadedAt) > options.MetadataMaximumAge)
        {
            return null;
        }

        foreach (var name in topics)
        {
            if (!current.Topics.TryGetValue(name, out var topic) || topic.Error.IsRetriable())
            {
                return null;
            }
        }

        return current;
    }

    private async ValueTask<ClusterMetadata> LoadAsync(IReadOnlyCollection<string>? topics, CancellationToken cancellationToken)
    {
        var connection = await links.ConnectToAnyAsync(cancellationToken);
        Volatile.Write(ref _isExpired, 0);
        try
        {
            var loaded = options.UsesControllers
                ? await DescribeControllersAsync(connection, cancellationToken)
                : await DescribeAsync(connection, topics, cancellationToken);

            // A broker that has not registered yet knows of no other: what is known already serves better.
            if (loaded.Nodes.Count > 0)
            {
                links.Replace(loaded.Nodes.Values);
            }

            _loadedAt = parts.Time.GetTimestamp();
            Volatile.Write(ref _current, loaded);
            _logger.MetadataLoaded(options.ClientId, loaded.ClusterId, loaded.Nodes.Count, loaded.Topics.Count);
            return loaded;
        }
        catch
        {
            Expire();
            throw;
        }
    }

    private async ValueTask<ClusterMetadata> DescribeAsync(
        KafkaConnection connection, IReadOnlyCollection<string>? topics, CancellationToken cancellationToken)
    {
        var request = new MetadataRequest
        {
            Topics = topics is null ? null : [.. topics.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
            AllowAutoTopicCreation = options.AllowsTopicCreation,
        };
        if (topics is not null && connection.Versions.Choose(ApiKey.Metadata) < 4)
        {
            request.AllowAutoTopicCreation = true;
        }

        var response = await connection.SendAsync(request, SendOptions.Default, cancellationToken);
        return response.ErrorCode == ErrorCode.None
            ? ClusterMetadata.Of(response, Current, isAllTopics: topics is null)
            : throw new KafkaClientException(response.ErrorCode);
    }

    private static async ValueTask<ClusterMetadata> DescribeControllersAsync(KafkaConnection connection, CancellationToken cancellationToken)
    {
        const sbyte controllers = 2;
        var response = await connection.SendAsync(new DescribeClusterRequest { EndpointType = controllers }, SendOptions.Default, cancellationToken);
        return response.ErrorCode == ErrorCode.None
            ? ClusterMetadata.Of(response)
            : throw new KafkaClientException(response.ErrorCode, response.ErrorMessage);
    }
}
