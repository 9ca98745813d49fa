using Kafka.Modular.Metadata.Scram;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>
/// The SCRAM credentials of the cluster, as this node's metadata has them (KIP-554). Given each new image on the metadata loop; asked from any thread.
/// </summary>
public sealed class MetadataScramCredentials : ICredentialStore
{
    private ScramImage _image = ScramImage.Empty;

    /// <summary>The credentials as they are now.</summary>
    /// <param name="image">The new image.</param>
    public void Update(ScramImage image) => Volatile.Write(ref _image, image);

    /// <inheritdoc/>
    /// <remarks>A SCRAM credential does not serve PLAIN, as in Kafka.</remarks>
    public ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken) => new(PasswordCheck.UnknownUser);

    /// <inheritdoc/>
    public ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken)
    {
        var number = mechanism switch
        {
            "SCRAM-SHA-256" => ScramMechanism.ScramSha256,
            "SCRAM-SHA-512" => ScramMechanism.ScramSha512,
            _ => default,
        };
        return Volatile.Read(ref _image).Credentials.TryGetValue(new ScramCredentialKey(number, user), out var found)
            ? new(new ScramCredential(found.Salt.AsSpan().ToArray(), found.StoredKey.AsSpan().ToArray(), found.ServerKey.AsSpan().ToArray(), found.Iterations))
            : default;
    }
}
