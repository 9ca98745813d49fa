using Kafka.Modular.Metadata.Configs;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>Who may see and change configuration.</summary>
internal sealed class ConfigsAccessTests : AccessFixture
{
    internal const string Table = """
        DescribeConfigs of topics               | DescribeConfigs Topic:orders, DescribeConfigs Topic:missing    | Topic orders NONE; Topic missing UNKNOWN_TOPIC_OR_PARTITION; Topic secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
                                                | AlterConfigs Topic:secret, Describe Topic:orders               | Topic secret NONE; Topic orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic missing TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
                                                | DescribeConfigs Cluster, Read Topic:orders                     | Topic orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic missing TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
        DescribeConfigs of a group              | DescribeConfigs Group:readers                                  | Group readers NONE
                                                | Describe Group:readers, DescribeConfigs Cluster                | Group readers GROUP_AUTHORIZATION_FAILED 'Group authorization failed.'
        DescribeConfigs of the rest             | DescribeConfigs Cluster                                        | Broker 1 NONE; Broker  NONE; BrokerLogger 1 NONE; ClientMetrics m NONE
                                                | AlterConfigs Cluster                                           | Broker 1 NONE; Broker  NONE; BrokerLogger 1 NONE; ClientMetrics m NONE
                                                | Describe Cluster                                               | Broker 1 CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; Broker  CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; BrokerLogger 1 CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; ClientMetrics m CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'
        AlterConfigs of topics                  | AlterConfigs Topic:orders                                      | Topic orders NONE; Topic secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic missing TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
                                                | DescribeConfigs Topic:orders, Alter Topic:orders               | Topic orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic missing TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
        AlterConfigs of a group                 | AlterConfigs Group:readers                                     | Group readers NONE
                                                | Read Group:readers, AlterConfigs Cluster                       | Group readers GROUP_AUTHORIZATION_FAILED 'Group authorization failed.'
        AlterConfigs of the rest                | AlterConfigs Cluster                                           | Broker 1 NONE; Broker  NONE; ClientMetrics m NONE
                                                | DescribeConfigs Cluster, Alter Cluster                         | Broker 1 CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; Broker  CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; ClientMetrics m CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'
        AlterConfigs of another broker          |                                                                | Broker 2 INVALID_REQUEST 'Unexpected broker id, expected 1, but received 2'
        IncrementalAlterConfigs of topics       | AlterConfigs Topic:orders, AlterConfigs Topic:missing          | Topic orders NONE; Topic secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic missing UNKNOWN_TOPIC_OR_PARTITION 'The topic 'missing' does not exist.'
                                                | AlterConfigs Cluster, Alter Topic:orders                       | Topic orders TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic secret TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'; Topic missing TOPIC_AUTHORIZATION_FAILED 'Topic authorization failed.'
        IncrementalAlterConfigs of a group      | AlterConfigs Group:readers                                     | Group readers NONE
                                                | DescribeConfigs Group:readers                                  | Group readers GROUP_AUTHORIZATION_FAILED 'Group authorization failed.'
        IncrementalAlterConfigs of the rest     | AlterConfigs Cluster                                           | Broker 1 NONE; Broker  NONE; ClientMetrics m NONE
                                                | Alter Cluster                                                  | Broker 1 CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; Broker  CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'; ClientMetrics m CLUSTER_AUTHORIZATION_FAILED 'Cluster authorization failed.'
        IncrementalAlterConfigs of loggers      | AlterConfigs Cluster                                           | BrokerLogger 1 NONE; BrokerLogger 2 INVALID_REQUEST 'Unexpected node id. Expected 1, but received 2'
                                                | ClusterAction Cluster, Alter Cluster                           | BrokerLogger 1 CLUSTER_AUTHORIZATION_FAILED; BrokerLogger 2 CLUSTER_AUTHORIZATION_FAILED
        ListConfigResources                     | DescribeConfigs Cluster                                        | NONE Topic Broker BrokerLogger
                                                | AlterConfigs Cluster                                           | NONE Topic Broker BrokerLogger
                                                | Describe Cluster, DescribeConfigs Topic:orders                 | CLUSTER_AUTHORIZATION_FAILED
        """;

    private static readonly (ConfigResourceType Type, string Name)[] s_topics =
        [(ConfigResourceType.Topic, Orders), (ConfigResourceType.Topic, Secret), (ConfigResourceType.Topic, Missing)];

    private static readonly (ConfigResourceType Type, string Name)[] s_rest =
        [(ConfigResourceType.Broker, "1"), (ConfigResourceType.Broker, ""), (ConfigResourceType.BrokerLogger, "1"), (ConfigResourceType.ClientMetrics, "m")];

    [TestCaseSource(nameof(Rows))]
    public Task Each_permission_that_is_missing_is_answered_as_Kafka_does(AccessRow row) => CheckAsync(row, AskAsync);

    private static IEnumerable<TestCaseData> Rows() => AccessRow.Read(Table);

    private async Task<IEnumerable<string>> AskAsync(string request)
    {
        if (request == "ListConfigResources")
        {
            var listed = await Client.SendAsync(new ListConfigResourcesRequest());
            var types = listed.ConfigResources.Select(static resource => (ConfigResourceType)resource.ResourceType).Distinct().Order();
            return [string.Join(' ', types.Select(static type => type.ToString()).Prepend(listed.ErrorCode.Info().Name))];
        }

        var (api, which) = request.Split(" of ") switch { [var first, var second] => (first, second), _ => throw new ArgumentOutOfRangeException(nameof(request), request, null) };
        (ConfigResourceType Type, string Name)[] resources = which switch
        {
            "topics" => s_topics,
            "a group" => [(ConfigResourceType.Group, Readers)],
            "another broker" => [(ConfigResourceType.Broker, "2")],
            "loggers" => [(ConfigResourceType.BrokerLogger, "1"), (ConfigResourceType.BrokerLogger, "2")],
            _ => s_rest,
        };
        if (api == "DescribeConfigs")
        {
            return await DescribeAsync(resources);
        }

        return which == "the rest"
            ? await AlterAsync(api, [.. resources.Where(static resource => resource.Type != ConfigResourceType.BrokerLogger)])
            : await AlterAsync(api, resources);
    }

    private async Task<IEnumerable<string>> DescribeAsync((ConfigResourceType Type, string Name)[] resources)
    {
        var response = await Client.SendAsync(new DescribeConfigsRequest
        {
            Resources =
            [
                .. resources.Select(static resource => new DescribeConfigsRequest.DescribeConfigsResource
                {
                    ResourceType = (sbyte)resource.Type, ResourceName = resource.Name, ConfigurationKeys = null,
                }),
            ],
        });
        Assert.That(response.Results.Where(static result => result.ErrorCode != ErrorCode.None).SelectMany(static result => result.Configs), Is.Empty);
        return response.Results.Select(static result => Show(result.ResourceType, result.ResourceName, result.ErrorCode, result.ErrorMessage));
    }

    private async Task<IEnumerable<string>> AlterAsync(string api, (ConfigResourceType Type, string Name)[] resources)
    {
        if (api == "AlterConfigs")
        {
            var replaced = await Client.SendAsync(new AlterConfigsRequest
            {
                ValidateOnly = true,
                Resources =
                [
                    .. resources.Select(static resource => new AlterConfigsRequest.AlterConfigsResource
                    {
                        ResourceType = (sbyte)resource.Type, ResourceName = resource.Name,
                    }),
                ],
            });
            return replaced.Responses.Select(static result => Show(result.ResourceType, result.ResourceName, result.ErrorCode, result.ErrorMessage));
        }

        var response = await Client.SendAsync(new IncrementalAlterConfigsRequest
        {
            ValidateOnly = true,
            Resources =
            [
                .. resources.Select(static resource => new IncrementalAlterConfigsRequest.AlterConfigsResource
                {
                    ResourceType = (sbyte)resource.Type, ResourceName = resource.Name,
                }),
            ],
        });
        return response.Responses.Select(static result => Show(result.ResourceType, result.ResourceName, result.ErrorCode, result.ErrorMessage));
    }

    private static string Show(sbyte type, string name, ErrorCode error, string? message) => Show($"{(ConfigResourceType)type} {name}", error, message);
}
