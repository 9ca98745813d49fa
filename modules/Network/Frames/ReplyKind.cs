namespace Kafka.Modular.Network.Frames;

/// <summary>What a connection does when a request has been answered.</summary>
public enum ReplyKind
{
    /// <summary>Nothing is sent (acks=0).</summary>
    None,

    /// <summary>A message is sent.</summary>
    Send,

    /// <summary>A message is sent, then the connection is closed.</summary>
    SendAndClose,

    /// <summary>The connection is closed once earlier replies were sent.</summary>
    Close,
}
