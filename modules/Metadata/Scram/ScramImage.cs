using System.Collections.Immutable;
using Kafka.Modular.Metadata.Collections;
using Kafka.Modular.Metadata.Records;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Metadata.Scram;

/// <summary>The SCRAM credentials. Immutable, any thread.</summary>
public sealed class ScramImage : IEquatable<ScramImage>
{
    internal ScramImage(ImmutableDictionary<ScramCredentialKey, ScramCredentialData> credentials) => Credentials = credentials;

    /// <summary>No credentials.</summary>
    public static ScramImage Empty { get; } = new(ImmutableDictionary<ScramCredentialKey, ScramCredentialData>.Empty);

    /// <summary>The credentials by mechanism and user.</summary>
    public ImmutableDictionary<ScramCredentialKey, ScramCredentialData> Credentials { get; }

    /// <summary>True without credentials.</summary>
    public bool IsEmpty => Credentials.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(ScramImage? other) => other is not null && Credentials.ContentEquals(other.Credentials);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScramImage);

    /// <inheritdoc/>
    public override int GetHashCode() => Credentials.Count;

    internal void Write(IMetadataRecordWriter writer, ImageWriterOptions options)
    {
        if (IsEmpty)
            return;
        if (!options.MetadataVersion.IsScramSupported)
        {
            options.HandleLoss("SCRAM credentials");
            return;
        }

        foreach (var (key, credential) in Credentials)
        {
            writer.Write(new MetadataRecord(
                new UserScramCredentialRecord
                {
                    Name = key.User,
                    Mechanism = (sbyte)key.Mechanism,
                    Salt = credential.Salt.AsSpan().ToArray(),
                    StoredKey = credential.StoredKey.AsSpan().ToArray(),
                    ServerKey = credential.ServerKey.AsSpan().ToArray(),
                    Iterations = credential.Iterations,
                },
                0));
        }
    }
}
