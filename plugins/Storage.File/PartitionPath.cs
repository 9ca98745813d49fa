namespace Kafka.Modular.Storage.File;

/// <summary>The directory of a partition, shared by everything in it so that a rename reaches all at once.</summary>
internal sealed class PartitionPath(string value)
{
    private volatile string _value = value;

    /// <summary>Held while files or the directory are renamed: whoever did not find a file waits for it and looks again.</summary>
    public Lock RenameLock { get; } = new();

    public string Value
    {
        get => _value;
        set => _value = value;
    }
}
