using System.Net;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Protocol;
using Kafka.Modular.Security.Authorization;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Security;

public sealed class AuthorizationAuditTests
{
    private static readonly AclBinding s_near = new(ResourceType.Topic, "t", ResourcePatternType.Literal, "User:alice", "10.0.0.1", AclOperation.Read, AclPermission.Allow);

    private static readonly ClientIdentity s_client = new(new KafkaPrincipal(KafkaPrincipal.UserType, "alice"), ["analysts"], IPAddress.Loopback, "SASL_SSL");

    private readonly Lines _lines = new();
    private readonly HeldLoop _loop = new();

    [Test]
    public void A_denial_is_a_line_in_Kafkas_words_with_the_nearest_acl_behind_them()
    {
        var access = Create(isAllowed: false).For(ApiKey.Fetch);

        Assert.That(access.Allows(s_client, AclOperation.Read, ResourceType.Topic, "t"), Is.False);
        Assert.That(_lines, Is.Empty, "who asks does not wait for the log");
        _loop.Run();

        Assert.That(_lines, Is.EqualTo(new[]
        {
            "Information Principal = User:alice is Denied operation = READ from host = 127.0.0.1 on resource = Topic:LITERAL:t for request = Fetch with resourceRefCount = 1 "
            + "based on rule DefaultDeny (listener = SASL_SSL, groups = [analysts], nearest ACL = StandardAcl(resourceType=TOPIC, resourceName=t, patternType=LITERAL, "
            + "principal=User:alice, host=10.0.0.1, operation=READ, permissionType=ALLOW), which differs in host)",
        }));
        Assert.That(_lines.Last, Contains.Key("Principal").And.ContainKey("Operation").And.ContainKey("Request").And.ContainKey("Nearest"));
    }

    [Test]
    public void What_was_not_asked_for_by_name_is_no_denial()
    {
        var access = Create(isAllowed: false);
        access.Allows(s_client, AclOperation.Describe, ResourceType.Topic, "t", logsDenial: false);
        access.AllowedOperations(s_client, 1 << (int)AclOperation.Read, ResourceType.Topic, "t");
        _loop.Run();

        Assert.That(_lines, Is.Empty);
    }

    [TestCase(LogLevel.Debug, 1)]
    [TestCase(LogLevel.Information, 0)]
    public void Grants_are_recorded_on_request(LogLevel level, int lines)
    {
        _lines.Level = level;
        Create(isAllowed: true).Allows(s_client, AclOperation.Read, ResourceType.Topic, "t");
        _loop.Run();

        Assert.That(_lines.Count, Is.EqualTo(lines));
        if (lines > 0)
            Assert.That(_lines[0], Does.StartWith("Debug Principal = User:alice is Allowed operation = READ ").And.Contain("based on rule SuperUser "));
    }

    [Test]
    public void A_line_break_in_a_name_makes_no_line()
    {
        Create(isAllowed: false).Allows(s_client, AclOperation.Read, ResourceType.Group, "g\nPrincipal = User:root is Allowed");
        _loop.Run();

        Assert.That(_lines[0], Does.Not.Contain("\n").And.Contain(@"g\u000aPrincipal"));
    }

    [Test]
    public void Records_beyond_what_the_log_may_be_behind_are_counted()
    {
        var access = Create(isAllowed: false);
        for (var index = 0; index < 20_007; index++)
            access.Allows(s_client, AclOperation.Read, ResourceType.Topic, "t");
        _loop.Run();

        Assert.That(_lines.Count, Is.EqualTo(20_001));
        Assert.That(_lines, Has.One.EqualTo("Warning 7 audit records were lost, because they came faster than the log takes them"));
    }

    private AccessControl Create(bool isAllowed) => new(new AuthorizerHolder(new Fixed(isAllowed)), new AuthorizationAudit(_lines, _loop));

    private sealed class Fixed(bool isAllowed) : IAclAuthorizer
    {
        public bool Authorize(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName) => isAllowed;

        public bool AuthorizeByResourceType(ClientIdentity client, AclOperation operation, ResourceType resourceType) => isAllowed;

        public void Load(IReadOnlyCollection<AclBinding> bindings)
        {
        }

        public void Change(IReadOnlyCollection<AclBinding> removed, IReadOnlyCollection<AclBinding> added)
        {
        }

        public AclExplanation Explain(ClientIdentity client, AclOperation operation, ResourceType resourceType, string resourceName) => isAllowed
            ? new(IsAllowed: true, AclRule.SuperUser)
            : new(IsAllowed: false, AclRule.NoMatchingAcl, Decisive: null, s_near, AclDifferences.Host);
    }

    /// <summary>Keeps what is posted until it is told to run it.</summary>
    private sealed class HeldLoop : IEventLoop
    {
        private readonly Queue<Action> _work = new();

        public string Name => "held";

        public TimeProvider Time => TimeProvider.System;

        public bool IsOnLoop => true;

        public bool Post(Action work)
        {
            _work.Enqueue(work);
            return true;
        }

        public bool Post(IThreadPoolWorkItem work) => Post(work.Execute);

        public bool Schedule(Core.Timers.TimerEntry entry, TimeSpan delay) => false;

        public bool Cancel(Core.Timers.TimerEntry entry) => false;

        public void Run()
        {
            while (_work.TryDequeue(out var work))
                work();
        }
    }

    private sealed class Lines : List<string>, ILogger
    {
        public LogLevel Level { get; set; } = LogLevel.Information;

        public Dictionary<string, object?> Last { get; private set; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= Level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Add($"{logLevel} {formatter(state, exception)}");
            Last = ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary();
        }
    }
}
