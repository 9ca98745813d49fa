using System.Text;
using Kafka.Modular.Core.Ids;
using Kafka.Modular.Raft.States;

namespace Kafka.Modular.Raft.Tests.States;

public sealed class QuorumStateFileTests
{
    [Test]
    public void Version_0_is_written_as_Kafka_writes_it() => Assert.That(
        Text(new(5, 2, null, [1, 2, 3]), 0),
        Is.EqualTo(
            """{"clusterId":"","leaderId":2,"leaderEpoch":5,"votedId":-1,"appliedOffset":0,"currentVoters":[{"voterId":1},{"voterId":2},{"voterId":3}],"data_version":0}"""));

    [Test]
    public void Version_1_is_written_as_Kafka_writes_it() => Assert.That(
        Text(new(5, -1, new(2, new Uuid(1, 2)), [1, 2, 3]), 1),
        Is.EqualTo("""{"leaderId":-1,"leaderEpoch":5,"votedId":2,"votedDirectoryId":"AAAAAAAAAAEAAAAAAAAAAg","data_version":1}"""));

    [TestCase((short)0)]
    [TestCase((short)1)]
    public void What_was_written_is_read(short kraftVersion)
    {
        var state = new ElectionState(7, 3, new(2, kraftVersion == 0 ? Uuid.Zero : new Uuid(1, 2)), kraftVersion == 0 ? [1, 2] : []);
        var read = QuorumStateFile.Read(QuorumStateFile.Write(state, kraftVersion));
        Assert.That((read.Epoch, read.LeaderId, read.VotedKey), Is.EqualTo((state.Epoch, state.LeaderId, state.VotedKey)));
        Assert.That(read.Voters, Is.EqualTo(state.Voters));
    }

    [Test]
    public void A_null_list_of_voters_is_read() => Assert.That(
        QuorumStateFile.Read("""{"clusterId":"x","leaderId":-1,"leaderEpoch":1,"votedId":-1,"appliedOffset":0,"currentVoters":null,"data_version":0}"""u8).Epoch,
        Is.EqualTo(1));

    [TestCase("")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("""{"leaderId":-1,"leaderEpoch":5,"votedId":2}""")]
    [TestCase("""{"leaderId":-1,"leaderEpoch":5,"votedId":2,"votedDirectoryId":"AAAAAAAAAAEAAAAAAAAAAg","data_version":2}""")]
    [TestCase("""{"leaderId":-1,"leaderEpoch":5,"votedId":2,"votedDirectoryId":"?","data_version":1}""")]
    [TestCase("""{"leaderId":"x","leaderEpoch":5,"votedId":2,"votedDirectoryId":"AAAAAAAAAAEAAAAAAAAAAg","data_version":1}""")]
    public void Anything_else_is_invalid(string content) => Assert.That(
        () => QuorumStateFile.Read(Encoding.UTF8.GetBytes(content)),
        Throws.InstanceOf<InvalidDataException>());

    private static string Text(ElectionState state, short kraftVersion) => Encoding.UTF8.GetString(QuorumStateFile.Write(state, kraftVersion));
}
