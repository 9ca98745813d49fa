using Kafka.Modular.Core.Threading;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Security.Authorization;

/// <summary>
/// The audit log: a line for every denial, and at level DEBUG for every grant, in Kafka's words and under its logger's name. Who asks never waits for the log: lines are
/// written on a loop. Those beyond what it may be behind are counted, and the count is logged. Any thread.
/// </summary>
/// <param name="logger">The logger of category <see cref="Category"/>.</param>
/// <param name="loop">Where the lines are written.</param>
public sealed class AuthorizationAudit(ILogger logger, IEventLoop loop)
{
    /// <summary>Kafka's name of the audit logger.</summary>
    public const string Category = "kafka.authorizer.logger";

    private const int MaxPending = 20_000;

    private int _pending;
    private long _lost;

    /// <summary>Whether grants are recorded.</summary>
    internal bool RecordsGrants => logger.IsEnabled(LogLevel.Debug);

    /// <summary>Whether denials are recorded.</summary>
    internal bool RecordsDenials => logger.IsEnabled(LogLevel.Information);

    /// <summary>Records a decision.</summary>
    /// <param name="decision">What was decided.</param>
    /// <param name="authorizer">Who decided it, and explains it.</param>
    internal void Record(AuditedDecision decision, IAuthorizer authorizer)
    {
        if (Interlocked.Increment(ref _pending) > MaxPending)
        {
            Interlocked.Decrement(ref _pending);
            Interlocked.Increment(ref _lost);
        }
        else if (!loop.Post(() => Write(decision, authorizer)))
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    private void Write(AuditedDecision decision, IAuthorizer authorizer)
    {
        Interlocked.Decrement(ref _pending);
        var client = decision.Client;
        var explanation = (authorizer as IAclAuthorizer)?.Explain(client, decision.Operation, decision.ResourceType, decision.ResourceName);
        var (principal, operation) = (Printable(client.Principal.ToString()), AclMeaning.JavaName(decision.Operation.ToString()));
        var resource = $"{decision.ResourceType}:LITERAL:{Printable(decision.ResourceName)}";
        var (rule, groups) = (RuleOf(decision, explanation), $"[{Printable(string.Join(", ", client.Groups))}]");
        if (decision.IsAllowed)
            logger.Allowed(principal, operation, client.Host, resource, decision.Request, 1, rule, client.Listener, groups);
        else
            logger.Denied(principal, operation, client.Host, resource, decision.Request, 1, rule, client.Listener, groups, NearestOf(explanation));
        if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost)
            logger.RecordsLost(lost);
    }

    private static string RuleOf(AuditedDecision decision, AclExplanation? explanation)
    {
        if (explanation is null)
            return "Authorizer";
        // Between the decision and its record the ACLs may have changed.
        return explanation.IsAllowed == decision.IsAllowed ? Printable(explanation.RuleText) : "an ACL that has changed since";
    }

    private static string NearestOf(AclExplanation? explanation) =>
        explanation?.Nearest is { } nearest ? $"{Printable(nearest.ToText())}, which differs in {explanation.Differences.ToString().ToLowerInvariant()}" : "none";

    // Names are the clients' words: a line break in one must not look like a line of the log.
    private static string Printable(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !text.Contains('\u007f', StringComparison.Ordinal)
            ? text
            : string.Concat(text.Select(static letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));
}
