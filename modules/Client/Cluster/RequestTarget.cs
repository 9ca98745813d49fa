namespace Kafka.Modular.Client.Cluster;

/// <summary>Which node a request goes to. Compared by value.</summary>
public abstract record RequestTarget
{
    private RequestTarget()
    {
    }

    /// <summary>Whichever node is at hand.</summary>
    public static RequestTarget AnyNode { get; } = new Any();

    /// <summary>The controller as the metadata names it: under KRaft a broker that forwards, or the active controller when the client was bootstrapped by controllers.</summary>
    public static RequestTarget Controller { get; } = new ActiveController();

    /// <summary>One node by its id.</summary>
    public static RequestTarget Node(int id) => new OneNode(id);

    /// <summary>The leader of a partition.</summary>
    public static RequestTarget Leader(string topic, int partition) => new PartitionLeader(topic, partition);

    /// <summary>The coordinator of a group.</summary>
    public static RequestTarget GroupCoordinator(string groupId) => new Coordinator(CoordinatorType.Group, groupId);

    /// <summary>The coordinator of a transactional id.</summary>
    public static RequestTarget TransactionCoordinator(string transactionalId) => new Coordinator(CoordinatorType.Transaction, transactionalId);

    /// <summary>The coordinator of a share partition, <c>groupId:topicId:partition</c> (KIP-932).</summary>
    public static RequestTarget ShareCoordinator(string key) => new Coordinator(CoordinatorType.Share, key);

    internal sealed record Any : RequestTarget;

    internal sealed record ActiveController : RequestTarget;

    internal sealed record OneNode(int Id) : RequestTarget;

    internal sealed record PartitionLeader(string Topic, int Partition) : RequestTarget;

    internal sealed record Coordinator(CoordinatorType Type, string Key) : RequestTarget;
}
