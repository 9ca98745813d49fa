using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Tests.Authentication;

public sealed class CredentialChainTests
{
    private readonly Store _first = new("alice", "one");
    private readonly Store _second = new("alice", "two");
    private readonly Store _third = new("bob", "three");

    [Test]
    public async Task A_right_password_costs_no_comparison_in_the_stores_behind()
    {
        Assert.That(await CheckAsync("alice", "one"), Is.EqualTo(PasswordCheck.Accepted));
        Assert.That((_first.Asked, _second.Asked, _third.Asked), Is.EqualTo((1, 0, 0)));
    }

    [Test]
    public async Task A_wrong_one_is_compared_in_all_of_them_as_that_of_an_unknown_user_is()
    {
        Assert.That(await CheckAsync("alice", "three"), Is.EqualTo(PasswordCheck.WrongPassword));
        Assert.That(await CheckAsync("nobody", "three"), Is.EqualTo(PasswordCheck.UnknownUser));
        Assert.That((_first.Asked, _second.Asked, _third.Asked), Is.EqualTo((2, 2, 2)));
    }

    [Test]
    public async Task The_first_store_that_knows_the_user_decides()
    {
        Assert.That(await CheckAsync("alice", "two"), Is.EqualTo(PasswordCheck.WrongPassword));
        Assert.That(await CheckAsync("bob", "three"), Is.EqualTo(PasswordCheck.Accepted));
    }

    private ValueTask<PasswordCheck> CheckAsync(string user, string password) =>
        new CredentialChain([_first, _second, _third]).CheckPasswordAsync(user, password, CancellationToken.None);

    private sealed class Store(string user, string password) : ICredentialStore
    {
        public int Asked { get; private set; }

        public ValueTask<PasswordCheck> CheckPasswordAsync(string name, string given, CancellationToken cancellationToken)
        {
            Asked++;
            return new(name != user ? PasswordCheck.UnknownUser : given == password ? PasswordCheck.Accepted : PasswordCheck.WrongPassword);
        }

        public ValueTask<ScramCredential?> FindScramAsync(string mechanism, string name, CancellationToken cancellationToken) => default;
    }
}
