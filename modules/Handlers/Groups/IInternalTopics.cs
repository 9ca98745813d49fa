namespace Kafka.Modular.Handlers.Groups;

/// <summary>Port: creates the topics that coordinators keep their state in.</summary>
public interface IInternalTopics
{
    /// <summary>
    /// Starts the creation of an internal topic with the partitions and replicas that the configuration gives it, unless that is under way.
    /// Returns at once: the topic shows up in the metadata, or a log line says why it cannot be created.
    /// </summary>
    void RequestCreation(string topic);
}
