using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Tokens;

/// <summary>The delegation tokens. Immutable, any thread.</summary>
public sealed class DelegationTokensImage : IEquatable<DelegationTokensImage>
{
    internal DelegationTokensImage(ImmutableDictionary<string, DelegationTokenData> tokens) => Tokens = tokens;

    /// <summary>No tokens.</summary>
    public static DelegationTokensImage Empty { get; } =
        new(ImmutableDictionary.Create<string, DelegationTokenData>(StringComparer.Ordinal));

    /// <summary>The tokens by id.</summary>
    public ImmutableDictionary<string, DelegationTokenData> Tokens { get; }

    /// <summary>True without tokens.</summary>
    public bool IsEmpty => Tokens.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(DelegationTokensImage? other) => other is not null && Tokens.ContentEquals(other.Tokens);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DelegationTokensImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Tokens.Count;

    internal void Write(IMetadataRecordWriter writer, ImageWriterOptions options)
    {
        if (IsEmpty)
            return;
        if (!options.MetadataVersion.IsDelegationTokenSupported)
        {
            options.HandleLoss("delegation tokens");
            return;
        }

        foreach (var token in Tokens.Values)
        {
            writer.Write(new MetadataRecord(
                new DelegationTokenRecord
                {
                    TokenId = token.TokenId,
                    Owner = token.Owner,
                    Requester = token.Requester,
                    Renewers = [.. token.Renewers.AsSpan()],
                    IssueTimestamp = token.IssueTimestamp,
                    MaxTimestamp = token.MaxTimestamp,
                    ExpirationTimestamp = token.ExpirationTimestamp,
                },
                0));
        }
    }
}
