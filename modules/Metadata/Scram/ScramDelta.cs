using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Scram;

/// <summary>Which SCRAM credentials changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class ScramDelta
{
    private readonly Dictionary<ScramCredentialKey, ScramCredentialData?> _changes = [];

    internal ScramDelta(ScramImage before) => Before = before;

    /// <summary>The credentials before.</summary>
    public ScramImage Before { get; }

    /// <summary>New and changed credentials; null for one that is gone.</summary>
    public IReadOnlyDictionary<ScramCredentialKey, ScramCredentialData?> Changes => _changes;

    internal void Replay(UserScramCredentialRecord record) =>
        _changes[Key(record.Mechanism, record.Name)] = new ScramCredentialData(
            ValueList.Create<byte>(record.Salt),
            ValueList.Create<byte>(record.StoredKey),
            ValueList.Create<byte>(record.ServerKey),
            record.Iterations);

    internal void Replay(RemoveUserScramCredentialRecord record) => _changes[Key(record.Mechanism, record.Name)] = null;

    internal void FinishSnapshot() => Before.Credentials.RemoveUnnamed(_changes);

    internal ScramImage Apply() => _changes.Count == 0 ? Before : new ScramImage(Before.Credentials.WithChanges(_changes));

    private static ScramCredentialKey Key(sbyte mechanism, string user) => mechanism switch
    {
        1 or 2 => new ScramCredentialKey((ScramMechanism)mechanism, user),
        _ => throw new MetadataReplayException($"A credential of user {user} has the unknown SCRAM mechanism {mechanism}."),
    };
}
