using System.Runtime.InteropServices;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Network.Metrics;

namespace Kafka.Modular.Network.Frames;

/// <summary>How a request was answered. It owns its message until the connection takes it over.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct Reply
{
    private Reply(ReplyKind kind, OutputBuffer? message, RequestMetrics? metrics)
    {
        Kind = kind;
        Message = message;
        Metrics = metrics;
    }

    /// <summary>Nothing is sent (acks=0).</summary>
    public static Reply None => default;

    /// <summary>The connection is closed, once the replies to earlier requests were sent.</summary>
    public static Reply Close => new(ReplyKind.Close, null, null);

    /// <summary>What the connection does.</summary>
    public ReplyKind Kind { get; }

    /// <summary>Header and body, without the size in front; null when nothing is sent.</summary>
    public OutputBuffer? Message { get; }

    /// <summary>Where the times of the request are counted, or null for nowhere.</summary>
    internal RequestMetrics? Metrics { get; }

    /// <summary>Nothing is sent (acks=0), and the request's times are counted.</summary>
    /// <param name="metrics">Where.</param>
    public static Reply Nothing(RequestMetrics? metrics) => new(ReplyKind.None, null, metrics);

    /// <summary>A message is sent.</summary>
    /// <param name="ownedMessage">Header and body, without the size in front. It is disposed when it was sent or cannot be.</param>
    /// <param name="metrics">Where the request's times are counted, or null for nowhere.</param>
    public static Reply Send(OutputBuffer ownedMessage, RequestMetrics? metrics = null) => new(ReplyKind.Send, ownedMessage, metrics);

    /// <summary>A message is sent, then the connection is closed.</summary>
    /// <param name="ownedMessage">Header and body, without the size in front. It is disposed when it was sent or cannot be.</param>
    public static Reply SendAndClose(OutputBuffer ownedMessage) => new(ReplyKind.SendAndClose, ownedMessage, null);
}
