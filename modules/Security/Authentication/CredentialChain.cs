using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>
/// Several stores as one: the first that knows a user decides. A password that is not right is compared in every store, whoever knows the user, so that the time does
/// not tell which one does. One that is right tells its sender nothing new, and costs no more than it must.
/// </summary>
internal sealed class CredentialChain(IReadOnlyList<ICredentialStore> stores) : ICredentialStore
{
    public async ValueTask<PasswordCheck> CheckPasswordAsync(string user, string password, CancellationToken cancellationToken)
    {
        var result = PasswordCheck.UnknownUser;
        foreach (var store in stores)
        {
            var check = await store.CheckPasswordAsync(user, password, cancellationToken);
            if (result == PasswordCheck.UnknownUser && check == PasswordCheck.Accepted)
                return check;
            result = result == PasswordCheck.UnknownUser ? check : result;
        }

        return result;
    }

    public async ValueTask<ScramCredential?> FindScramAsync(string mechanism, string user, CancellationToken cancellationToken)
    {
        ScramCredential? found = null;
        foreach (var store in stores)
            found ??= await store.FindScramAsync(mechanism, user, cancellationToken);
        return found;
    }

    public async ValueTask<TokenCredential?> FindTokenAsync(string mechanism, string tokenId, CancellationToken cancellationToken)
    {
        TokenCredential? found = null;
        foreach (var store in stores)
            found ??= await store.FindTokenAsync(mechanism, tokenId, cancellationToken);
        return found;
    }
}
