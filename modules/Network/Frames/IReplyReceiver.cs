namespace Kafka.Modular.Network.Frames;

/// <summary>Is told when a request was answered.</summary>
internal interface IReplyReceiver
{
    /// <summary>A request was answered.</summary>
    /// <param name="pending">The request.</param>
    /// <param name="ownedReply">The answer; <see cref="Reply.Close"/> when it failed.</param>
    /// <param name="fault">What the dispatcher threw, or null.</param>
    /// <param name="onReceiver">Whether the caller is the thread that received the request.</param>
    void OnReply(PendingReply pending, Reply ownedReply, Exception? fault, bool onReceiver);
}
