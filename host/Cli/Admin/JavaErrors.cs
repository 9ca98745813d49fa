using System.Collections.Frozen;
using System.Globalization;
using Kafka.Modular.Client;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Cli.Admin;

/// <summary>Errors by the names of Kafka's Java exceptions, which scripts look for in the output of the tools.</summary>
internal static class JavaErrors
{
    private const string Package = "org.apache.kafka.common.errors.";

    // Those whose name does not follow from the code's.
    private static readonly FrozenDictionary<string, string> s_names = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["UNKNOWN_SERVER_ERROR"] = "UnknownServerException",
        ["CORRUPT_MESSAGE"] = "CorruptRecordException",
        ["REQUEST_TIMED_OUT"] = "TimeoutException",
        ["MESSAGE_TOO_LARGE"] = "RecordTooLargeException",
        ["STALE_CONTROLLER_EPOCH"] = "ControllerMovedException",
        ["OFFSET_METADATA_TOO_LARGE"] = "OffsetMetadataTooLarge",
        ["NETWORK_EXCEPTION"] = "NetworkException",
        ["INVALID_TOPIC_EXCEPTION"] = "InvalidTopicException",
        ["RECORD_LIST_TOO_LARGE"] = "RecordBatchTooLargeException",
        ["TOPIC_AUTHORIZATION_FAILED"] = "TopicAuthorizationException",
        ["GROUP_AUTHORIZATION_FAILED"] = "GroupAuthorizationException",
        ["CLUSTER_AUTHORIZATION_FAILED"] = "ClusterAuthorizationException",
        ["TOPIC_ALREADY_EXISTS"] = "TopicExistsException",
        ["INVALID_CONFIG"] = "InvalidConfigurationException",
        ["OUT_OF_ORDER_SEQUENCE_NUMBER"] = "OutOfOrderSequenceException",
        ["DUPLICATE_SEQUENCE_NUMBER"] = "DuplicateSequenceException",
        ["INVALID_PRODUCER_ID_MAPPING"] = "InvalidPidMappingException",
        ["INVALID_TRANSACTION_TIMEOUT"] = "InvalidTxnTimeoutException",
        ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED"] = "TransactionalIdAuthorizationException",
        ["KAFKA_STORAGE_ERROR"] = "KafkaStorageException",
        ["SASL_AUTHENTICATION_FAILED"] = "SaslAuthenticationException",
        ["DELEGATION_TOKEN_AUTH_DISABLED"] = "DelegationTokenDisabledException",
        ["DELEGATION_TOKEN_REQUEST_NOT_ALLOWED"] = "UnsupportedByAuthenticationException",
        ["DELEGATION_TOKEN_AUTHORIZATION_FAILED"] = "DelegationTokenAuthorizationException",
        ["NON_EMPTY_GROUP"] = "GroupNotEmptyException",
        ["PRINCIPAL_DESERIALIZATION_FAILURE"] = "PrincipalDeserializationException",
        ["FETCH_SESSION_TOPIC_ID_ERROR"] = "FetchSessionTopicIdException",
        ["INVALID_REGULAR_EXPRESSION"] = "InvalidRegularExpression",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The name of the exception for a code, without its package.</summary>
    public static string Name(ErrorCode code)
    {
        var name = code.Info().Name;
        return s_names.GetValueOrDefault(name)
            ?? string.Concat(name.Split('_').Select(static word => word[..1] + word[1..].ToLower(CultureInfo.InvariantCulture))) + "Exception";
    }

    /// <summary>What Java's <c>toString</c> makes of a failure.</summary>
    public static string Text(Exception fault) => fault switch
    {
        KafkaClientException { IsTlsFailure: true } => $"{Package}SslAuthenticationException: {fault.Message}",
        KafkaClientException error => $"{Package}{Name(error.Code)}: {error.Message}",
        UnsupportedVersionException => $"{Package}UnsupportedVersionException: {fault.Message}",
        _ => fault.Message,
    };

    /// <summary>What Java's <c>toString</c> makes of an error of a response.</summary>
    public static string Text(ErrorCode code, string? message = null) => $"{Package}{Name(code)}: {(string.IsNullOrEmpty(message) ? code.Info().Message : message)}";
}
