using System.Globalization;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Admin;

/// <summary>Reads configurations from where they are kept: a broker's own from that broker, the rest from any.</summary>
internal static class ConfigReads
{
    /// <summary>DescribeConfigs' number of a topic.</summary>
    public const sbyte Topic = 2;

    /// <summary>DescribeConfigs' number of a broker.</summary>
    public const sbyte Broker = 4;

    /// <summary>DescribeConfigs' number of a broker's loggers.</summary>
    public const sbyte BrokerLogger = 8;

    /// <summary>DescribeConfigs' number of a resource of client metrics.</summary>
    public const sbyte ClientMetrics = 16;

    /// <summary>DescribeConfigs' number of a group.</summary>
    public const sbyte Group = 32;

    /// <summary>The source number of a default.</summary>
    public const sbyte DefaultSource = 5;

    /// <summary>The configurations of resources of one type, in the order of the names.</summary>
    /// <exception cref="Client.KafkaClientException">One of them cannot be read.</exception>
    public static async Task<IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResult>> ReadAsync(
        AdminSession session, sbyte type, IReadOnlyList<string> names, bool withSynonyms = false)
    {
        if (names.Count == 0)
            return [];
        var request = new DescribeConfigsRequest
        {
            Resources = [.. names.Select(name => new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = type, ResourceName = name, ConfigurationKeys = null })],
            IncludeSynonyms = withSynonyms,
        };
        var response = await session.SendAsync(TargetOf(type, names[0]), request);
        foreach (var result in response.Results)
            AdminSession.Check(result.ErrorCode, result.ErrorMessage);
        return response.Results;
    }

    /// <summary>Where requests about a resource go.</summary>
    public static RequestTarget TargetOf(sbyte type, string name) => type is Broker or BrokerLogger && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? RequestTarget.Node(id)
        : RequestTarget.AnyNode;
}
