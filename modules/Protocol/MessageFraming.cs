using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Protocol;

/// <summary>Puts headers before requests and responses and reads them again. The size that precedes a frame on a connection is not part of it.</summary>
public static class MessageFraming
{
    /// <summary>
    /// Reads the header of a request. Its first two fields say which version the rest of it has; a version that the API does not have is
    /// not refused here, because ApiVersions has to be answered whatever its version is (KIP-511).
    /// </summary>
    /// <exception cref="ProtocolException">The header is malformed, or no schema has the API key.</exception>
    public static RequestHeader ReadRequestHeader(ref ProtocolReader reader, out ApiDescriptor api)
    {
        ProtocolReader ahead = reader;
        short key = ahead.ReadInt16();
        short version = ahead.ReadInt16();
        api = MessageCatalog.FindApi(key) ?? throw new ProtocolException($"no API has the key {key}");
        return RequestHeader.Read(ref reader, api.RequestHeaderVersion(version));
    }

    /// <summary>Writes a request with its header.</summary>
    /// <exception cref="UnsupportedVersionException">The request cannot be written in that version.</exception>
    public static void WriteRequest(ProtocolWriter writer, IRequest request, short version, int correlationId, string? clientId)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(request);
        var header = new RequestHeader
        {
            RequestApiKey = (short)request.ApiKey,
            RequestApiVersion = version,
            CorrelationId = correlationId,
            ClientId = clientId,
        };
        header.Write(writer, MessageCatalog.Api(request.ApiKey).RequestHeaderVersion(version));
        request.Write(writer, version);
        writer.Flush();
    }

    /// <summary>Reads the header of a response to a request of that version.</summary>
    /// <exception cref="ProtocolException">The header is malformed.</exception>
    public static ResponseHeader ReadResponseHeader(ref ProtocolReader reader, ApiKey api, short version) =>
        ResponseHeader.Read(ref reader, MessageCatalog.Api(api).ResponseHeaderVersion(version));

    /// <summary>Writes a response with its header.</summary>
    /// <exception cref="UnsupportedVersionException">The response cannot be written in that version.</exception>
    public static void WriteResponse(ProtocolWriter writer, IResponse response, short version, int correlationId)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(response);
        var header = new ResponseHeader { CorrelationId = correlationId };
        header.Write(writer, MessageCatalog.Api(response.ApiKey).ResponseHeaderVersion(version));
        response.Write(writer, version);
        writer.Flush();
    }
}
