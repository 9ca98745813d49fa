namespace Kafka.Modular.Raft.Driver;

/// <summary>The replica stopped, because going on could lose committed metadata.</summary>
public sealed class RaftFailedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public RaftFailedException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public RaftFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public RaftFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
