using System.Buffers;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Handlers.Connection;

/// <summary>
/// ApiVersions: the APIs and versions that are served, and the features. Answered for any version that is asked (KIP-511); keeps the client's name and version.
/// </summary>
public sealed class ApiVersionsHandler(HandlerServices services, IFeatureVersions features) : Handler<ApiVersionsRequest, ApiVersionsResponse>(services)
{
    /// <summary>Below it clients cannot read a feature whose lowest level is 0 (KAFKA-17011).</summary>
    private const short FirstVersionWithLevelZero = 4;

    private const short FirstVersionWithSoftware = 3;

    private static readonly SearchValues<char> s_softwareCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    private IReadOnlyList<ApiVersionsResponse.ApiVersion> _served = [];

    /// <summary>Says what is served, once all handlers are there.</summary>
    public void Announce(HandlerCatalog handlers) => _served =
    [
        .. handlers.All.Select(static handler => new ApiVersionsResponse.ApiVersion
        {
            ApiKey = (short)handler.ApiKey,

            // May begin below what is served: old librdkafka looks for Produce v0 before it compresses.
            MinVersion = MessageCatalog.Api(handler.ApiKey).AdvertisedLowest,
            MaxVersion = handler.Versions.Highest,
        }),
    ];

    /// <summary>Whether a request is answered without an error: with a client's name and version that are some (KIP-511).</summary>
    internal static bool IsValid(ApiVersionsRequest request, short version)
        => version < FirstVersionWithSoftware || (IsSoftwareNameOrVersion(request.ClientSoftwareName) && IsSoftwareNameOrVersion(request.ClientSoftwareVersion));

    /// <summary>The version is too new: an answer that any client can read, with the versions of ApiVersions itself.</summary>
    internal Reply AnswerUnsupportedVersion(RequestContext context)
    {
        var response = new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion };
        response.ApiKeys.AddRange(_served.Where(static served => served.ApiKey == (short)ApiKey.ApiVersions));
        return ReplyEncoder.Encode(Services.Buffers, context, response, version: 0);
    }

    /// <inheritdoc/>
    protected override ValueTask<ApiVersionsResponse> HandleAsync(RequestContext context, ApiVersionsRequest request)
    {
        if (!IsValid(request, context.ApiVersion))
        {
            return ValueTask.FromResult(OnError(context, request, ErrorCode.InvalidRequest));
        }

        if (context.ApiVersion >= FirstVersionWithSoftware)
        {
            context.Connection.SetClientSoftware(request.ClientSoftwareName, request.ClientSoftwareVersion);
        }

        var (epoch, levels) = features.Finalized;
        var response = new ApiVersionsResponse { FinalizedFeaturesEpoch = epoch };
        response.ApiKeys.AddRange(_served);
        foreach (var (name, (lowest, highest)) in features.Supported)
        {
            if (lowest > 0 || context.ApiVersion >= FirstVersionWithLevelZero)
            {
                response.SupportedFeatures.Add(new ApiVersionsResponse.SupportedFeatureKey { Name = name, MinVersion = lowest, MaxVersion = highest });
            }
        }

        foreach (var (name, level) in levels)
        {
            response.FinalizedFeatures.Add(new ApiVersionsResponse.FinalizedFeatureKey { Name = name, MinVersionLevel = level, MaxVersionLevel = level });
        }

        return ValueTask.FromResult(response);
    }

    /// <inheritdoc/>
    protected override ApiVersionsResponse OnError(RequestContext context, ApiVersionsRequest request, ErrorCode error) => new() { ErrorCode = error };

    // Letters and digits, dashes and dots between them (KIP-511).
    private static bool IsSoftwareNameOrVersion(string text)
        => text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
            && !text.AsSpan().ContainsAnyExcept(s_softwareCharacters);
}
