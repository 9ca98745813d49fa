namespace Kafka.Modular.Controller.Topics;

/// <summary>Who may become the leader when a partition changes.</summary>
internal enum ElectionKind
{
    /// <summary>The leader stays while it can; else the first replica in sync that is there.</summary>
    Online,

    /// <summary>The first replica leads if it is in sync and there.</summary>
    Preferred,

    /// <summary>As <see cref="Online"/>, but where nobody in sync is there any replica will do, at the loss of data.</summary>
    Unclean,
}
