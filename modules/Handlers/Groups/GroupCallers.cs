using Kafka.Modular.Groups;
using Kafka.Modular.Handlers.Dispatch;

namespace Kafka.Modular.Handlers.Groups;

/// <summary>Tells the group coordinator who asks.</summary>
internal static class GroupCallers
{
    public static GroupCaller From(RequestContext context) => new(context.ClientId, context.ClientHost, context.ApiVersion);
}
