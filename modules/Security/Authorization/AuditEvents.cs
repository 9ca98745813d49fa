using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Security.Authorization;

/// <summary>Lines of the audit log of authorization; event ids 9620 to 9639.</summary>
internal static partial class AuditEvents
{
    [LoggerMessage(
        9620,
        LogLevel.Information,
        "Principal = {Principal} is Denied operation = {Operation} from host = {Host} on resource = {Resource} for request = {Request} with resourceRefCount = {ResourceRefCount} "
        + "based on rule {Rule} (listener = {Listener}, groups = {Groups}, nearest ACL = {Nearest})")]
    public static partial void Denied(
        this ILogger logger,
        string principal,
        string operation,
        string host,
        string resource,
        string request,
        int resourceRefCount,
        string rule,
        string listener,
        string groups,
        string nearest);

    [LoggerMessage(
        9621,
        LogLevel.Debug,
        "Principal = {Principal} is Allowed operation = {Operation} from host = {Host} on resource = {Resource} for request = {Request} with resourceRefCount = {ResourceRefCount} "
        + "based on rule {Rule} (listener = {Listener}, groups = {Groups})")]
    public static partial void Allowed(
        this ILogger logger,
        string principal,
        string operation,
        string host,
        string resource,
        string request,
        int resourceRefCount,
        string rule,
        string listener,
        string groups);

    [LoggerMessage(9622, LogLevel.Warning, "{Count} audit records were lost, because they came faster than the log takes them")]
    public static partial void RecordsLost(this ILogger logger, long count);
}
