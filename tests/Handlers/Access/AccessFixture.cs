using System.Text.RegularExpressions;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Tests.Access;

/// <summary>
/// A broker with an authorizer, topics <c>orders</c> and <c>secret</c> of one partition each, and the group <c>readers</c> that has committed offset 0 of both.
/// What is named <c>missing</c> does not exist.
/// </summary>
internal abstract partial class AccessFixture : BrokerFixture
{
    protected const string Orders = "orders";
    protected const string Secret = "secret";
    protected const string Missing = "missing";
    protected const string Readers = "readers";

    /// <summary>An id that no topic has.</summary>
    protected static readonly Uuid UnknownId = new(77, 77);

    protected GrantTable Grants { get; } = new();

    protected Uuid OrdersId { get; private set; }

    protected Uuid SecretId { get; private set; }

    protected sealed override IAuthorizer Authorizer => Grants.Authorizer;

    [SetUp]
    public async Task PrepareAsync()
    {
        Grants.AllowEverything();
        OrdersId = await CreateTopicAsync(Orders);
        SecretId = await CreateTopicAsync(Secret);
        var find = new FindCoordinatorRequest { CoordinatorKeys = [Readers] };
        await Eventually.UntilAsync(async () => (await Client.SendAsync(find)).Coordinators.Single().ErrorCode == ErrorCode.None);
        await Eventually.UntilAsync(async () => (await CommitAsync(Readers, Orders, Secret)).All(static partition => partition.EndsWith("NONE", StringComparison.Ordinal)));
    }

    /// <summary>Commits offset 0 of topics for a group outside of its members; each partition with its error.</summary>
    protected async Task<IEnumerable<string>> CommitAsync(string group, params string[] topics)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = group,
            Topics =
            [
                .. topics.Select(static topic => new OffsetCommitRequest.OffsetCommitRequestTopic
                {
                    Name = topic, Partitions = [new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = 0 }],
                }),
            ],
        };
        var response = await Client.SendAsync(request, 9);
        return response.Topics.SelectMany(static topic => topic.Partitions.Select(partition => Show(topic.Name, partition.PartitionIndex, partition.ErrorCode)));
    }

    /// <summary>Asks with the permissions of a row, and compares.</summary>
    protected async Task CheckAsync(AccessRow row, Func<string, Task<IEnumerable<string>>> askAsync)
    {
        Grants.AllowOnly(row.Grants);
        Assert.That(string.Join("; ", await askAsync(row.Request)), Is.EqualTo(row.Answer));
    }

    /// <summary>What is said of something: <c>name ERROR</c>, with the message where the answer has one.</summary>
    protected static string Show(string? name, ErrorCode error, string? message = null)
        => $"{name ?? "null"} {error.Info().Name}{(string.IsNullOrEmpty(message) ? "" : $" '{Shorten(message)}'")}";

    /// <inheritdoc cref="Show(string?, ErrorCode, string?)"/>
    protected static string Show(string? topic, int partition, ErrorCode error, string? message = null) => Show($"{topic ?? "null"}-{partition}", error, message);

    /// <summary>The name of a topic that a response names by id.</summary>
    protected string NameOf(Uuid id) => id == OrdersId ? Orders : id == SecretId ? Secret : id == UnknownId ? "unknown" : "";

    /// <summary>Leaves out what the message tells of the connection.</summary>
    private static string Shorten(string message) => Session().Replace(message, "Request … needs");

    [GeneratedRegex(@"^Request \w+\(connectionId=[^,]+, session=Session\(User:ANONYMOUS,/127\.0\.0\.1\), listenerName=ListenerName\(PLAINTEXT\)\) needs")]
    private static partial Regex Session();
}
