namespace Kafka.Modular.Protocol;

/// <summary>What is known about an error code.</summary>
/// <param name="Code">The code.</param>
/// <param name="Name">Kafka's name: UNKNOWN_TOPIC_OR_PARTITION.</param>
/// <param name="IsRetriable">A client may try again.</param>
/// <param name="InvalidatesMetadata">A client fetches metadata before it tries again.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record ErrorCodeInfo(ErrorCode Code, string Name, bool IsRetriable, bool InvalidatesMetadata, string Message);

/// <summary>Looks up error codes.</summary>
public static partial class ErrorCodes
{
    private static readonly ErrorCodeInfo[] AllCodes = CreateAll();
    private static readonly Dictionary<short, ErrorCodeInfo> ByCode = AllCodes.ToDictionary(info => (short)info.Code);

    /// <summary>Every error code, ascending.</summary>
    public static IReadOnlyList<ErrorCodeInfo> All => AllCodes;

    /// <summary>What is known about a code; one that is not known counts as UNKNOWN_SERVER_ERROR, as in Kafka.</summary>
    public static ErrorCodeInfo Info(this ErrorCode code) =>
        ByCode.TryGetValue((short)code, out ErrorCodeInfo? info) ? info : ByCode[(short)ErrorCode.UnknownServerError];

    /// <summary>True when a client may try again.</summary>
    public static bool IsRetriable(this ErrorCode code) => code.Info().IsRetriable;
}
