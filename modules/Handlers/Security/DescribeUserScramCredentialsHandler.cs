using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Metadata.Loading;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>DescribeUserScramCredentials (KIP-554): mechanisms and iterations of users; never salts or keys.</summary>
public sealed class DescribeUserScramCredentialsHandler(HandlerServices services, MetadataCache metadata)
    : Handler<DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse>(services)
{
    /// <inheritdoc/>
    protected override ValueTask<DescribeUserScramCredentialsResponse> HandleAsync(RequestContext context, DescribeUserScramCredentialsRequest request)
        => ValueTask.FromResult(Services.Access.CheckCluster(context, AclOperation.Describe) is { IsRefused: true } refusal
            ? Failed(request, refusal.Error, refusal.Message)
            : Describe(metadata.Image.Scram, request));

    /// <inheritdoc/>
    protected override DescribeUserScramCredentialsResponse OnError(RequestContext context, DescribeUserScramCredentialsRequest request, ErrorCode error)
        => Failed(request, error, error.Info().Message);

    private static DescribeUserScramCredentialsResponse Failed(DescribeUserScramCredentialsRequest request, ErrorCode error, string? message) => new()
    {
        ErrorCode = error,
        ErrorMessage = message,

        // Kafka names no user here.
        Results = [.. (request.Users ?? []).Select(_ => new DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult { ErrorCode = error, ErrorMessage = message })],
    };

    private static DescribeUserScramCredentialsResponse Describe(ScramImage image, DescribeUserScramCredentialsRequest request)
    {
        var asked = request.Users is { Count: > 0 } named
            ? named.Select(static user => user.Name)
            : image.Credentials.Keys.Select(static key => key.User).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var response = new DescribeUserScramCredentialsResponse();
        foreach (var mentions in asked.GroupBy(static user => user, StringComparer.Ordinal))
            response.Results.Add(Describe(image, mentions.Key, isDuplicate: mentions.Skip(1).Any()));
        return response;
    }

    private static DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult Describe(ScramImage image, string user, bool isDuplicate)
    {
        var result = new DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult { User = user };
        if (isDuplicate)
        {
            result.ErrorCode = ErrorCode.DuplicateResource;
            result.ErrorMessage = $"Cannot describe SCRAM credentials for the same user twice in a single request: {user}";
            return result;
        }

        foreach (var mechanism in Enum.GetValues<ScramMechanism>())
        {
            if (image.Credentials.TryGetValue(new ScramCredentialKey(mechanism, user), out var credential))
                result.CredentialInfos.Add(new() { Mechanism = (sbyte)mechanism, Iterations = credential.Iterations });
        }

        if (result.CredentialInfos.Count == 0)
        {
            result.ErrorCode = ErrorCode.ResourceNotFound;
            result.ErrorMessage = $"Attempt to describe a user credential that does not exist: {user}";
        }

        return result;
    }
}
