using Kafka.Modular.Controller;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Handlers.Topics;
using Kafka.Modular.Metadata;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>AlterUserScramCredentials (KIP-554), decided by the controller; answered once logins on this broker go by it.</summary>
public sealed class AlterUserScramCredentialsHandler(HandlerServices services, MetadataController controller, MetadataWaits waits)
    : Handler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>(services)
{
    /// <inheritdoc/>
    protected override async ValueTask<AlterUserScramCredentialsResponse> HandleAsync(RequestContext context, AlterUserScramCredentialsRequest request)
    {
        if (Services.Access.CheckCluster(context, AclOperation.Alter) is { IsRefused: true } refusal)
            return Failed(request, refusal.Error, refusal.Message);
        if (await controller.AlterUserScramCredentialsAsync(request, context.Cancellation) is not { } response)
            return OnError(context, request, ErrorCode.NotController);
        var altered = response.Results.Where(static result => result.ErrorCode == ErrorCode.None).Select(static result => result.User).ToHashSet(StringComparer.Ordinal);
        await waits.UntilPublishedAsync(image => HasAll(image, request, altered), context.Cancellation);
        return response;
    }

    /// <inheritdoc/>
    protected override AlterUserScramCredentialsResponse OnError(RequestContext context, AlterUserScramCredentialsRequest request, ErrorCode error)
        => Failed(request, error, error.Info().Message);

    private static AlterUserScramCredentialsResponse Failed(AlterUserScramCredentialsRequest request, ErrorCode error, string? message)
    {
        var users = request.Deletions.Select(static deletion => deletion.Name).Concat(request.Upsertions.Select(static upsertion => upsertion.Name));
        return new()
        {
            Results =
            [
                .. users.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
                    .Select(user => new AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult { User = user, ErrorCode = error, ErrorMessage = message }),
            ],
        };
    }

    private static bool HasAll(MetadataImage image, AlterUserScramCredentialsRequest request, HashSet<string> altered)
    {
        var credentials = image.Scram.Credentials;
        return request.Upsertions.Where(each => altered.Contains(each.Name)).All(each =>
                credentials.TryGetValue(new((ScramMechanism)each.Mechanism, each.Name), out var found) && found.Salt.AsSpan().SequenceEqual(each.Salt))
            && !request.Deletions.Any(each => altered.Contains(each.Name) && credentials.ContainsKey(new((ScramMechanism)each.Mechanism, each.Name)));
    }
}
