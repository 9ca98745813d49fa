// AlterUserScramCredentials (51) and DescribeUserScramCredentials (50), errors of Kafka 4.2:
//   UNACCEPTABLE_CREDENTIAL       What_is_refused…
//   UNSUPPORTED_SASL_MECHANISM    What_is_refused…
//   RESOURCE_NOT_FOUND            What_is_refused…, Describing…
//   DUPLICATE_RESOURCE            A_user_twice…, Describing…
//   UNSUPPORTED_VERSION           metadata versions before 3.5-IV2 are formatted in tests/Controller
//   CLUSTER_AUTHORIZATION_FAILED  the tables of permissions
using System.Text;
using Kafka.Modular.Handlers.Tests.Wire;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Spi.Security;
using Upsertion = Kafka.Modular.Protocol.Messages.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;

namespace Kafka.Modular.Handlers.Tests.Security;

internal sealed class SaslScramTests : SaslFixture
{
    private static readonly byte[] s_salt = [1, 2, 3, 4, 5, 6, 7, 8];

    [Test]
    public async Task A_user_of_the_formatted_metadata_logs_in([Values("SCRAM-SHA-256", "SCRAM-SHA-512")] string mechanism)
    {
        var client = await ConnectAsync();
        Assert.That((await ScramAsync(client, mechanism, "carol", "carol-s3cret")).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await client.SendAsync(new MetadataRequest())).Brokers, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_wrong_password_and_an_unknown_user_fail_at_the_same_step_with_the_same_message([Values("SCRAM-SHA-256", "SCRAM-SHA-512")] string mechanism)
    {
        foreach (var user in new[] { "carol", "mallory" })
        {
            var client = await ConnectAsync();
            var response = await ScramAsync(client, mechanism, user, "wr0ng-s3cret");
            Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
            Assert.That(response.ErrorMessage, Is.EqualTo($"Authentication failed during authentication due to invalid credentials with SASL mechanism {mechanism}"));
            Assert.That(await IsClosedAsync(client));
        }

        Assert.That(Log.All, Has.Some.Contains("wrong password for user 'carol'"));
        Assert.That(Log.All, Has.Some.Contains($"user 'mallory' has no credential for {mechanism}"));
        Assert.That(Log.All, Has.None.Contains("s3cret"));
    }

    [Test]
    public async Task An_unknown_user_has_the_same_salt_each_time()
    {
        var salts = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var client = await ConnectAsync();
            await HandshakeAsync(client, "SCRAM-SHA-256");
            var first = Encoding.UTF8.GetString((await TokenAsync(client, "n,,n=mallory,r=abc")).AuthBytes);
            salts.Add(first.Split(',')[1]);
        }

        Assert.That(salts[1], Is.EqualTo(salts[0]));
    }

    [Test]
    public async Task A_user_that_is_added_logs_in_at_once_and_one_that_is_deleted_no_more()
    {
        var admin = await ConnectAsync();
        await LoginAsync(admin);
        Assert.That(await AlterAsync(admin, Upsert("dave", 2, 8192, "dave-s3cret")), Is.EqualTo(new[] { ("dave", ErrorCode.None, (string?)null) }));
        Assert.That((await ScramAsync(await ConnectAsync(), "SCRAM-SHA-512", "dave", "dave-s3cret")).ErrorCode, Is.EqualTo(ErrorCode.None));
        var described = await admin.SendAsync(new DescribeUserScramCredentialsRequest { Users = [new() { Name = "dave" }] });
        Assert.That(described.Results.Single().CredentialInfos.Select(static info => (info.Mechanism, info.Iterations)), Is.EqualTo(new[] { ((sbyte)2, 8192) }));

        var deletion = new AlterUserScramCredentialsRequest { Deletions = [new() { Name = "dave", Mechanism = 2 }] };
        Assert.That((await admin.SendAsync(deletion)).Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await ScramAsync(await ConnectAsync(), "SCRAM-SHA-512", "dave", "dave-s3cret")).ErrorCode, Is.EqualTo(ErrorCode.SaslAuthenticationFailed));
        Assert.That(Log.All, Has.None.Contains("s3cret"));
    }

    [Test]
    public async Task What_is_refused_names_its_reason()
    {
        var admin = await ConnectAsync();
        await LoginAsync(admin);
        Assert.That(
            await AlterAsync(admin, Upsert("", 1, 4096), Upsert("a", 3, 4096), Upsert("b", 1, 4095), Upsert("c", 2, 16385), Upsert("d", 2, 16384)),
            Is.EquivalentTo(new[]
            {
                ("", ErrorCode.UnacceptableCredential, (string?)"Username must not be empty"),
                ("a", ErrorCode.UnsupportedSaslMechanism, "Unknown SCRAM mechanism"),
                ("b", ErrorCode.UnacceptableCredential, "Too few iterations"),
                ("c", ErrorCode.UnacceptableCredential, "Too many iterations"),
                ("d", ErrorCode.None, null),
            }));
        var deletion = await admin.SendAsync(new AlterUserScramCredentialsRequest { Deletions = [new() { Name = "nobody", Mechanism = 1 }] });
        Assert.That(
            (deletion.Results[0].ErrorCode, deletion.Results[0].ErrorMessage),
            Is.EqualTo((ErrorCode.ResourceNotFound, "Attempt to delete a user credential that does not exist")));
    }

    [Test]
    public async Task A_user_twice_in_one_request_is_refused()
    {
        var admin = await ConnectAsync();
        await LoginAsync(admin);
        var response = await admin.SendAsync(new AlterUserScramCredentialsRequest
        {
            Deletions = [new() { Name = "carol", Mechanism = 1 }],
            Upsertions = [Upsert("carol", 2, 4096), Upsert("eve", 1, 4096), Upsert("eve", 2, 4096)],
        });
        Assert.That(response.Results.Select(static result => (result.User, result.ErrorCode)), Is.EquivalentTo(new[] { ("carol", ErrorCode.DuplicateResource), ("eve", ErrorCode.DuplicateResource) }));
        Assert.That((await ScramAsync(await ConnectAsync(), "SCRAM-SHA-256", "carol", "carol-s3cret")).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Describing_says_who_is_not_there_and_who_was_named_twice()
    {
        var admin = await ConnectAsync();
        await LoginAsync(admin);
        var all = await admin.SendAsync(new DescribeUserScramCredentialsRequest { Users = null });
        Assert.That(all.Results.Select(static result => (result.User, result.CredentialInfos.Count)), Is.EqualTo(new[] { ("carol", 2) }));
        var some = await admin.SendAsync(new DescribeUserScramCredentialsRequest { Users = [new() { Name = "x" }, new() { Name = "carol" }, new() { Name = "carol" }] });
        Assert.That(
            some.Results.Select(static result => (result.User, result.ErrorCode, result.ErrorMessage)),
            Is.EqualTo(new[]
            {
                ("x", ErrorCode.ResourceNotFound, "Attempt to describe a user credential that does not exist: x"),
                ("carol", ErrorCode.DuplicateResource, "Cannot describe SCRAM credentials for the same user twice in a single request: carol"),
            }));
    }

    private static Upsertion Upsert(string user, sbyte mechanism, int iterations, string password = "p")
    {
        var algorithm = mechanism == 1 ? ScramAlgorithm.Sha256 : ScramAlgorithm.Sha512;
        return new() { Name = user, Mechanism = mechanism, Iterations = iterations, Salt = s_salt, SaltedPassword = algorithm.SaltedPassword(password, s_salt, iterations) };
    }

    private static async Task<List<(string, ErrorCode, string?)>> AlterAsync(WireClient client, params Upsertion[] upsertions)
        => [.. (await client.SendAsync(new AlterUserScramCredentialsRequest { Upsertions = [.. upsertions] })).Results.Select(static result => (result.User, result.ErrorCode, result.ErrorMessage))];

    // RFC 5802, section 3.
    private static async Task<SaslAuthenticateResponse> ScramAsync(WireClient client, string mechanism, string user, string password)
    {
        Assert.That((await HandshakeAsync(client, mechanism)).ErrorCode, Is.EqualTo(ErrorCode.None));
        var algorithm = ScramAlgorithm.Find(mechanism)!;
        var bare = $"n={user},r=clientnonce";
        var response = await TokenAsync(client, "n,," + bare);
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.None), response.ErrorMessage);
        var first = Encoding.UTF8.GetString(response.AuthBytes);
        var parts = first.Split(',');
        var salted = algorithm.SaltedPassword(password, Convert.FromBase64String(parts[1][2..]), int.Parse(parts[2][2..]));
        var withoutProof = $"c=biws,{parts[0]}";
        var authMessage = Encoding.UTF8.GetBytes($"{bare},{first},{withoutProof}");
        var proof = algorithm.Hmac(salted, "Client Key"u8);
        var signature = algorithm.Hmac(algorithm.StoredKey(salted), authMessage);
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        var final = await TokenAsync(client, $"{withoutProof},p={Convert.ToBase64String(proof)}");
        if (final.ErrorCode == ErrorCode.None)
            Assert.That(Encoding.UTF8.GetString(final.AuthBytes), Is.EqualTo($"v={Convert.ToBase64String(algorithm.Hmac(algorithm.ServerKey(salted), authMessage))}"));
        return final;
    }
}
