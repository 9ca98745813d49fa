using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Client.Cluster;

/// <summary>The ways to the nodes of a cluster, those of the bootstrap list among them. Safe to use from any thread.</summary>
internal sealed class NodeLinks : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, NodeLink> _nodes = [];
    private readonly List<NodeLink> _bootstrap = [];
    private readonly List<NodeLink> _left = [];
    private readonly ClientOptions _options;
    private readonly ClientParts _parts;
    private readonly CancellationToken _stopping;

    public NodeLinks(ClientOptions options, ClientParts parts, CancellationToken stopping)
    {
        _options = options;
        _parts = parts;
        _stopping = stopping;

        // Kafka's clients give the bootstrap list negative ids, from -1 down.
        foreach (var address in options.BootstrapServers)
        {
            _bootstrap.Add(new NodeLink(-1 - _bootstrap.Count, address, options, parts, stopping));
        }
    }

    /// <summary>Takes the cluster's nodes; one that has moved gets a new way, those that are gone lose theirs.</summary>
    public void Replace(IEnumerable<ClusterNode> nodes)
    {
        lock (_lock)
        {
            var known = nodes.ToDictionary(node => node.Id);
            foreach (var (id, link) in _nodes.ToArray())
            {
                if (!known.TryGetValue(id, out var node) || node.Address != link.Address)
                {
                    _nodes.Remove(id);
                    _left.Add(link);
                }
            }

            foreach (var node in known.Values)
            {
                _nodes.TryAdd(node.Id, new NodeLink(node.Id, node.Address, _options, _parts, _stopping));
            }
        }
    }

    /// <summary>Takes one more node, that a coordinator was found on.</summary>
    public void Add(ClusterNode node)
    {
        lock (_lock)
        {
            if (_nodes.TryGetValue(node.Id, out var link) && link.Address == node.Address)
            {
                return;
            }

            if (link is not null)
            {
                _left.Add(link);
            }

            _nodes[node.Id] = new NodeLink(node.Id, node.Address, _options, _parts, _stopping);
        }
    }

    /// <summary>The way to a node.</summary>
    /// <exception cref="KafkaClientException">The node is not known.</exception>
    public NodeLink Of(int nodeId)
    {
        lock (_lock)
        {
            return _nodes.GetValueOrDefault(nodeId) ?? throw new KafkaClientException(ErrorCode.BrokerNotAvailable, $"Node {nodeId} is not known.");
        }
    }

    /// <summary>
    /// A connection to some node: the one with the least to do of those that are connected, else the first that takes a connection, the cluster's
    /// nodes before those of the bootstrap list.
    /// </summary>
    /// <exception cref="KafkaClientException">None could be reached.</exception>
    public async ValueTask<KafkaConnection> ConnectToAnyAsync(CancellationToken cancellationToken)
    {
        KafkaClientException? last = null;
        foreach (var link in Candidates())
        {
            try
            {
                return await link.ConnectAsync(cancellationToken);
            }
            catch (KafkaClientException unreachable) when (unreachable.IsRetriable)
            {
                last = unreachable;
            }
        }

        throw last ?? new KafkaClientException(ErrorCode.BrokerNotAvailable, "No node is known.");
    }

    public async ValueTask DisposeAsync()
    {
        NodeLink[] links;
        lock (_lock)
        {
            links = [.. _nodes.Values, .. _bootstrap, .. _left];
            _nodes.Clear();
        }

        foreach (var link in links)
        {
            await link.DisposeAsync();
        }
    }

    private List<NodeLink> Candidates()
    {
        lock (_lock)
        {
            NodeLink[] nodes = [.. _nodes.Values];
            NodeLink[] bootstrap = [.. _bootstrap];
            _parts.Random.Shuffle<NodeLink>(nodes);
            _parts.Random.Shuffle<NodeLink>(bootstrap);
            return [.. nodes.Concat(bootstrap).OrderBy(link => link.Live is not null ? 0 : link.IsResting ? 2 : 1).ThenBy(link => link.InFlight)];
        }
    }
}
