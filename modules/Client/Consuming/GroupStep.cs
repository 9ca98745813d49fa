namespace Kafka.Modular.Client.Consuming;

/// <summary>What a member of a group has to do next.</summary>
internal enum GroupStep
{
    /// <summary>Nothing: the assignment holds.</summary>
    Stable,

    /// <summary>Give up its partitions and join.</summary>
    MustJoin,

    /// <summary>As <see cref="MustJoin"/>, but its partitions may be another's by now: nothing of them can be committed.</summary>
    Lost,

    /// <summary>Wait.</summary>
    Joining,

    /// <summary>Take the assignment of the join that is over.</summary>
    Assigned,
}
