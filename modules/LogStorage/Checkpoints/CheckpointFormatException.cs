namespace Kafka.Modular.LogStorage.Checkpoints;

/// <summary>A checkpoint or another small file of a log directory cannot be read.</summary>
public sealed class CheckpointFormatException : IOException
{
    /// <summary>Creates the error.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="message">What is wrong.</param>
    public CheckpointFormatException(string file, int line, string message)
        : base($"{file}, line {line}: {message}.")
    {
    }
}
