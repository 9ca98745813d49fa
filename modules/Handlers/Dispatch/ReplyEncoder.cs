using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>Writes a response with its header. Regions of logs in it go to the connection as they are.</summary>
internal static class ReplyEncoder
{
    public static Reply Encode(BufferPool buffers, RequestContext context, IResponse response)
        => Encode(buffers, context, response, context.ApiVersion);

    /// <summary>Writes a response in another version than the request has (ApiVersions of a version that is too new).</summary>
    public static Reply Encode(BufferPool buffers, RequestContext context, IResponse response, short version)
    {
        var output = buffers.RentOutput();
        try
        {
            using (var writer = new ProtocolWriter(output))
            {
                writer.WriteInt32(context.CorrelationId);
                if (MessageCatalog.Api(context.ApiKey).ResponseHeaderVersion(version) > 0)
                {
                    writer.WriteUnknownTags(null);
                }

                response.Write(writer, version);
            }

            return Reply.Send(output, context.Metrics);
        }
        catch (ProtocolException exception)
        {
            // A response that its version cannot carry is this broker's fault, not the client's.
            output.Dispose();
            throw new InvalidOperationException($"The response to {context.ApiKey} v{context.ApiVersion} cannot be written.", exception);
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }
}
