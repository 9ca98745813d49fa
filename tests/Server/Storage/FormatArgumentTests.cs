using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Server.Storage;

namespace Kafka.Modular.Server.Tests.Storage;

public sealed class FormatArgumentTests
{
    [Test]
    public void Voters_are_read_from_their_argument()
    {
        var voters = VoterArgument.Parse("0@example.com:8082:JEXY6aqzQY-32P5TStzaFg,1@localhost:8083:MvDxzVmcRsaTz33bUuRU6A", "CONTROLLER");
        Assert.That(voters.Nodes.Select(static node => $"{node.Key} {node.Endpoints}"), Is.EqualTo(new[]
        {
            "0@JEXY6aqzQY-32P5TStzaFg CONTROLLER://example.com:8082", "1@MvDxzVmcRsaTz33bUuRU6A CONTROLLER://localhost:8083",
        }));
    }

    [TestCase("0", "No @ found in dynamic voter string 0.")]
    [TestCase("a@h:1:JEXY6aqzQY-32P5TStzaFg", "Failed to parse node id in dynamic voter string a@h:1:JEXY6aqzQY-32P5TStzaFg.")]
    [TestCase("0@h:x:JEXY6aqzQY-32P5TStzaFg", "Failed to parse port in dynamic voter string 0@h:x:JEXY6aqzQY-32P5TStzaFg.")]
    [TestCase("0@h:1:short", "Failed to parse directory ID in dynamic voter string 0@h:1:short.")]
    public void A_voter_that_cannot_be_read_is_named(string text, string message) =>
        Assert.That(() => VoterArgument.Parse(text, "C"), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));

    [Test]
    public void A_credential_of_RFC_7677_has_the_keys_of_its_example()
    {
        var record = ScramArgument.Parse("SCRAM-SHA-256=[name=user,password=pencil,salt=W22ZaJ0SNY7soEsUEjb6gQ==,iterations=4096]", SystemRandomSource.Instance);
        Assert.That((record.Name, record.Mechanism, record.Iterations, Convert.ToBase64String(record.ServerKey.ToArray()), Convert.ToBase64String(record.StoredKey.ToArray())), Is.EqualTo(
            ("user", (sbyte)1, 4096, "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=")));
    }

    [TestCase("SCRAM-SHA-1=[name=a,password=b]", "The add-scram mechanism SCRAM-SHA-1 is not supported.")]
    [TestCase("SCRAM-SHA-256=name=a", "Expected configuration string to start with [")]
    [TestCase("SCRAM-SHA-256=[password=b]", "You must supply 'name' to add-scram")]
    [TestCase("SCRAM-SHA-256=[name=a]", "You must supply one of 'password' or 'saltedpassword' to add-scram")]
    [TestCase("SCRAM-SHA-256=[name=a,saltedpassword=YQ==]", "You must supply 'salt' with 'saltedpassword' to add-scram")]
    [TestCase("SCRAM-SHA-512=[name=a,password=b,iterations=100]", "The 'iterations' value must be >= 4096 for add-scram using SCRAM_SHA_512")]
    [TestCase("SCRAM-SHA-512=[name=a,password=b,c=d]", "Unknown SCRAM configurations; there are name, password, iterations, salt and saltedpassword")]
    public void A_credential_that_cannot_be_read_is_refused(string text, string message) =>
        Assert.That(() => ScramArgument.Parse(text, SystemRandomSource.Instance), Throws.TypeOf<FormatException>().With.Message.EqualTo(message));
}
