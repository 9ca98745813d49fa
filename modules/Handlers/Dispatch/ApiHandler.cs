using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>
/// Serves one API. What runs before the first await runs on the receiving thread in the order of the connection's requests, and fixes the
/// order of effects; what follows completes the reply.
/// </summary>
public abstract class ApiHandler
{
    /// <summary>The API.</summary>
    public abstract ApiKey ApiKey { get; }

    /// <summary>The versions that this handler serves; all that the schema has unless it says otherwise.</summary>
    public virtual (short Lowest, short Highest) Versions
    {
        get
        {
            var api = MessageCatalog.Api(ApiKey);
            return (api.LowestVersion, api.AdvertisedHighest(false));
        }
    }

    /// <summary>Answers a request whose version is one of <see cref="Versions"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="ownedFrame">Its bytes; disposed here, at the latest when the reply is complete.</param>
    /// <param name="bodyPosition">Where the body begins in them.</param>
    /// <exception cref="ProtocolException">The body is malformed. The frame is disposed.</exception>
    public abstract ValueTask<Reply> DispatchAsync(RequestContext context, RequestFrame ownedFrame, int bodyPosition);

    /// <summary>Answers a request whose version is one of <see cref="Versions"/> with an error for all of it, without doing anything.</summary>
    /// <param name="context">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="error">The error.</param>
    /// <param name="message">What is said besides where the response has room for it.</param>
    /// <returns>The reply; one that only closes the connection where the client wants no response.</returns>
    /// <exception cref="ProtocolException">The body is malformed.</exception>
    internal abstract Reply Refuse(RequestContext context, ReadOnlyMemory<byte> body, ErrorCode error, string message);
}
