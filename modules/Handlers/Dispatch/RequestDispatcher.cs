using Kafka.Modular.Handlers.Connection;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>
/// Decodes a request's header and hands it to the handler of its API. A request that makes no sense closes its connection with one log line.
/// </summary>
public sealed class RequestDispatcher(HandlerCatalog handlers, HandlerServices services) : IRequestDispatcher
{
    /// <inheritdoc/>
    public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        var frame = ownedFrame;
        var handed = false;
        try
        {
            if (ReadHeader(connection, frame, cancellationToken, out var bodyPosition) is not { } context)
            {
                var header = new ProtocolReader(frame.Memory);
                services.Logger.UnknownApi(header.ReadInt16(), header.ReadInt16(), "", connection.Id, connection.Listener.Name);
                return new ValueTask<Reply>(Reply.Close);
            }

            if (handlers.Find((short)context.ApiKey) is not { } handler)
            {
                services.Logger.UnknownApi((short)context.ApiKey, context.ApiVersion, context.ClientId, connection.Id, connection.Listener.Name);
                return new ValueTask<Reply>(Reply.Close);
            }

            if (context.ApiVersion < handler.Versions.Lowest || context.ApiVersion > handler.Versions.Highest)
            {
                if (handler is ApiVersionsHandler apiVersions)
                {
                    return new ValueTask<Reply>(apiVersions.AnswerUnsupportedVersion(context));
                }

                services.Logger.UnsupportedVersion(context.ApiKey, context.ApiVersion, context.ClientId, connection.Id, connection.Listener.Name);
                return new ValueTask<Reply>(Reply.Close);
            }

            context.Metrics = services.Metrics.Requests.Get(NameOf(context.ApiKey));
            context.Metrics.OnRequest(context.ApiVersion, context.RequestBytes);
            handed = true;
            return handler.DispatchAsync(context, frame, bodyPosition);
        }
        catch (ProtocolException exception)
        {
            services.Logger.MalformedRequest(connection.Id, connection.Listener.Name, exception.Message);
            return new ValueTask<Reply>(Reply.Close);
        }
        finally
        {
            if (!handed)
            {
                frame.Dispose();
            }
        }
    }

    private static string NameOf(ApiKey key) => MessageCatalog.Api(key).Name;

    /// <summary>Reads a request's header; null when the API is not one of Kafka's, because its header's form is not known then.</summary>
    /// <exception cref="ProtocolException">The header is malformed.</exception>
    internal static RequestContext? ReadHeader(ConnectionContext connection, RequestFrame frame, CancellationToken cancellationToken, out int bodyPosition)
    {
        var reader = new ProtocolReader(frame.Memory);
        var apiKey = reader.ReadInt16();
        var apiVersion = reader.ReadInt16();
        bodyPosition = 0;
        if (MessageCatalog.FindApi(apiKey) is not { } api)
        {
            return null;
        }

        reader = new ProtocolReader(frame.Memory);
        var header = RequestHeader.Read(ref reader, api.RequestHeaderVersion(apiVersion));
        bodyPosition = reader.Position;
        var clientId = header.ClientId ?? "";
        connection.ClientId ??= header.ClientId;
        return new RequestContext(connection, api.Key, apiVersion, header.CorrelationId, clientId, cancellationToken) { RequestBytes = frame.Length };
    }
}
