using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Controller.Scram;

/// <summary>
/// Decides AlterUserScramCredentials (KIP-554): each user may be altered once in a request, and each has a result of its own. Pure: reads the state it is given.
/// The controller's loop.
/// </summary>
internal sealed class ScramCredentials
{
    private readonly ControllerState _state;
    private readonly OrderedDictionary<string, object> _changes = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, (ErrorCode Error, string Message)> _errors = new(StringComparer.Ordinal);

    private ScramCredentials(ControllerState state) => _state = state;

    public static ControllerResult<AlterUserScramCredentialsResponse> Alter(ControllerState state, AlterUserScramCredentialsRequest request)
        => new ScramCredentials(state).Alter(request);

    private ControllerResult<AlterUserScramCredentialsResponse> Alter(AlterUserScramCredentialsRequest request)
    {
        foreach (var deletion in request.Deletions)
            Add(deletion.Name, deletion, Check(deletion));
        foreach (var upsertion in request.Upsertions)
            Add(upsertion.Name, upsertion, Check(upsertion));
        var response = new AlterUserScramCredentialsResponse();
        var records = new List<MetadataRecord>();
        foreach (var (user, change) in _changes)
        {
            records.Add(new MetadataRecord(RecordOf(change), 0));
            response.Results.Add(new() { User = user, ErrorMessage = null });
        }

        foreach (var (user, (error, message)) in _errors)
            response.Results.Add(new() { User = user, ErrorCode = error, ErrorMessage = message });
        return new(records, response);
    }

    private static IMetadataRecord RecordOf(object change) => change switch
    {
        AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion => new RemoveUserScramCredentialRecord { Name = deletion.Name, Mechanism = deletion.Mechanism },
        AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion => ScramRecords.Credential(upsertion),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private void Add(string user, object change, (ErrorCode Error, string Message)? refusal)
    {
        if (_errors.ContainsKey(user))
            return;
        if (_changes.Remove(user))
            _errors[user] = (ErrorCode.DuplicateResource, "A user credential cannot be altered twice in the same request");
        else if (!_state.Version.IsScramSupported)
            _errors[user] = (ErrorCode.UnsupportedVersion, "The current metadata.version does not support SCRAM");
        else if (refusal is { } refused)
            _errors[user] = refused;
        else
            _changes[user] = change;
    }

    private (ErrorCode Error, string Message)? Check(AlterUserScramCredentialsRequest.ScramCredentialDeletion deletion)
        => CheckName(deletion.Name, deletion.Mechanism)
            ?? (_state.Image.Scram.Credentials.ContainsKey(new ScramCredentialKey((ScramMechanism)deletion.Mechanism, deletion.Name))
                ? null
                : (ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist"));

    private static (ErrorCode Error, string Message)? Check(AlterUserScramCredentialsRequest.ScramCredentialUpsertion upsertion)
    {
        if (CheckName(upsertion.Name, upsertion.Mechanism) is { } refusal)
            return refusal;
        return upsertion.Iterations switch
        {
            < ScramRecords.LowestIterations => (ErrorCode.UnacceptableCredential, "Too few iterations"),
            > ScramRecords.HighestIterations => (ErrorCode.UnacceptableCredential, "Too many iterations"),
            _ => null,
        };
    }

    private static (ErrorCode Error, string Message)? CheckName(string user, sbyte mechanism)
    {
        if (user.Length == 0)
            return (ErrorCode.UnacceptableCredential, "Username must not be empty");
        return mechanism is (sbyte)ScramMechanism.ScramSha256 or (sbyte)ScramMechanism.ScramSha512 ? null : (ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism");
    }
}
