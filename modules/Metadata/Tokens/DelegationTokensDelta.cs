using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Tokens;

/// <summary>Which delegation tokens changed. Metadata loop only; publishers read it while they are called.</summary>
public sealed class DelegationTokensDelta
{
    private readonly Dictionary<string, DelegationTokenData?> _changes = new(StringComparer.Ordinal);

    internal DelegationTokensDelta(DelegationTokensImage before) => Before = before;

    /// <summary>The tokens before.</summary>
    public DelegationTokensImage Before { get; }

    /// <summary>New and renewed tokens by id; null for one that is gone.</summary>
    public IReadOnlyDictionary<string, DelegationTokenData?> Changes => _changes;

    internal void Replay(DelegationTokenRecord record) => _changes[record.TokenId] = new DelegationTokenData(
        record.TokenId,
        record.Owner,
        record.Requester,
        ValueList.From(record.Renewers),
        record.IssueTimestamp,
        record.MaxTimestamp,
        record.ExpirationTimestamp);

    internal void Replay(RemoveDelegationTokenRecord record) => _changes[record.TokenId] = null;

    internal void FinishSnapshot() => Before.Tokens.RemoveUnnamed(_changes);

    internal DelegationTokensImage Apply() =>
        _changes.Count == 0 ? Before : new DelegationTokensImage(Before.Tokens.WithChanges(_changes));
}
