using System.Globalization;
using BenchmarkDotNet.Attributes;
using Kafka.Modular.Authorizer.Acl;
using Kafka.Modular.Handlers.Tests.Support;
using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Kafka.Modular.Storage.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Benchmarks;

/// <summary>
/// What authorization adds to produce and fetch, from the received frame to the encoded reply: read the times as ratios to those without an authorizer. A batch of one record
/// shows it at its largest.
/// </summary>
[MemoryDiagnoser]
[InvocationCount(Invocations)]
public class AuthorizationBenchmarks
{
    private const int Invocations = 8192;
    private const string Nobody = "none";

    private RequestPath _path = null!;
    private byte[] _produce = [];
    private byte[] _fetch = [];

    /// <summary>ACLs beside the two that permit; <c>none</c> for no authorizer.</summary>
    [Params(Nobody, "0", "1000")]
    public string Acls { get; set; } = Nobody;

    /// <summary>Opens the log.</summary>
    [GlobalSetup]
    public async Task OpenAsync()
    {
        _path = await RequestPath.OpenAsync(new MemoryStoragePlugin(), "memory", Acls == Nobody ? null : Create(int.Parse(Acls, CultureInfo.InvariantCulture)));
        _produce = RequestPath.ProduceFrame(RequestPath.Batch(1), acks: 1);
        _fetch = RequestPath.FetchFrame(offset: 0, maximumBytes: 1 << 20);
    }

    /// <summary>What was appended before must not fill the memory, and a fetch wants something to read.</summary>
    [IterationSetup]
    public void Clear()
    {
        _path.ClearAsync().GetAwaiter().GetResult();
        for (int batch = 0; batch < 10; batch++)
        {
            _path.Answer(_produce);
        }
    }

    /// <summary>Closes the log.</summary>
    [GlobalCleanup]
    public async Task CloseAsync() => await _path.DisposeAsync();

    /// <summary>One batch with acks=1.</summary>
    [Benchmark]
    public long Produce() => _path.Answer(_produce);

    /// <summary>Ten batches.</summary>
    [Benchmark]
    public long Fetch() => _path.Answer(_fetch);

    private static IAuthorizer Create(int others)
    {
        var context = new PluginContext(NullLoggerFactory.Instance, TimeProvider.System, new Dictionary<string, string>());
        var authorizer = (IAclAuthorizer)new AclAuthorizerPlugin().CreateAuthorizer(context);
        var bindings = new List<AclBinding>
        {
            Acl(RequestPath.Topic, ResourcePatternType.Literal, AclBinding.WildcardPrincipal, AclOperation.Read),
            Acl(RequestPath.Topic, ResourcePatternType.Literal, AclBinding.WildcardPrincipal, AclOperation.Write),
        };
        for (var number = 0; number < others; number++)
        {
            var pattern = number % 4 == 0 ? ResourcePatternType.Prefixed : ResourcePatternType.Literal;
            bindings.Add(Acl($"topic-{number}", pattern, $"User:user-{number % 100}", number % 2 == 0 ? AclOperation.Read : AclOperation.Write));
        }

        authorizer.Load(bindings);
        return authorizer;
    }

    private static AclBinding Acl(string name, ResourcePatternType pattern, string principal, AclOperation operation) =>
        new(ResourceType.Topic, name, pattern, principal, AclBinding.Wildcard, operation, AclPermission.Allow);
}
