using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.LogStorage;
using Kafka.Modular.LogStorage.Cleaning;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Metadata.Loading;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Wiring;

/// <summary>Puts the dynamic configuration of brokers, topics and groups into effect. Lives on the metadata loop.</summary>
internal sealed class ConfigurationPublisher : IMetadataPublisher
{
    private readonly int _brokerId;
    private readonly LiveConfiguration _configuration;
    private readonly LogManager _logs;
    private readonly ISettings<LogSettings> _logSettings;
    private readonly ILogger _logger;

    public ConfigurationPublisher(int brokerId, LiveConfiguration configuration, LogManager logs, ILogger logger)
    {
        _brokerId = brokerId;
        _configuration = configuration;
        _logs = logs;
        _logger = logger;
        _logSettings = configuration.Settings<LogSettings>();
    }

    public string Name => nameof(ConfigurationPublisher);

    public void OnMetadataUpdate(MetadataDelta delta, MetadataImage image, LoaderManifest manifest)
    {
        if (delta.Configs is { Changes: { Count: > 0 } changes })
        {
            if (changes.Keys.Any(IsOfThisBroker))
                ApplyBroker(image.Configs);
            foreach (var resource in changes.Keys)
                Apply(resource, image.Configs[resource]);
        }

        if (delta.Topics is { } topics)
        {
            foreach (var topic in topics.Deleted.Values.Where(topic => !image.Topics.TryGet(topic.Name, out _)))
                _configuration.Topics.Remove(topic.Name);
        }
    }

    private bool IsOfThisBroker(ConfigResource resource) => resource == ConfigResource.DefaultBroker || resource == ConfigResource.Broker(_brokerId);

    private void ApplyBroker(ConfigurationsImage configs)
    {
        foreach (var problem in _configuration.ApplyBroker(configs[ConfigResource.DefaultBroker].Values, configs[ConfigResource.Broker(_brokerId)].Values))
            _logger.DynamicValueIgnored(problem.ToString());
        if (LogCleanerConfig.From(_logSettings.Current) is { } cleaner)
            _logs.Cleaner?.UpdateConfig(cleaner);
        // What a topic does not set follows the broker.
        UpdateAllLogs();
    }

    private void Apply(ConfigResource resource, ConfigurationImage values)
    {
        switch (resource.Type)
        {
            case ConfigResourceType.Topic:
                _configuration.Topics.Apply(resource.Name, values.Values);
                _logs.UpdateTopicConfig(resource.Name, LogConfig.From(_configuration.Topics.Get(resource.Name), _logSettings.Current));
                break;
            case ConfigResourceType.Group:
                _configuration.Groups.Apply(resource.Name, values.Values);
                break;
            case ConfigResourceType.ClientMetrics:
                _configuration.ClientMetrics.Apply(resource.Name, values.Values);
                break;
            default:
                break;
        }
    }

    private void UpdateAllLogs()
    {
        foreach (var topic in _logs.Logs.Select(static log => log.TopicPartition.Topic).Distinct(StringComparer.Ordinal).ToList())
            _logs.UpdateTopicConfig(topic, LogConfig.From(_configuration.Topics.Get(topic), _logSettings.Current));
    }
}
