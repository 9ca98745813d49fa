using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Raft.Tests.Driver;

/// <summary>Turns a message into bytes and back.</summary>
internal static class WireTrip
{
    public static IRequest Request(IRequest request) => request switch
    {
        VoteRequest vote => Trip(vote),
        BeginQuorumEpochRequest begin => Trip(begin),
        EndQuorumEpochRequest end => Trip(end),
        FetchRequest fetch => Trip(fetch),
        FetchSnapshotRequest snapshot => Trip(snapshot),
        DescribeQuorumRequest describe => Trip(describe),
        UpdateRaftVoterRequest update => Trip(update),
        AddRaftVoterRequest add => Trip(add),
        RemoveRaftVoterRequest remove => Trip(remove),
        ApiVersionsRequest versions => Trip(versions),
        _ => throw new ArgumentException(request.Name),
    };

    public static IResponse Response(IResponse response) => response switch
    {
        VoteResponse vote => Trip(vote),
        BeginQuorumEpochResponse begin => Trip(begin),
        EndQuorumEpochResponse end => Trip(end),
        FetchResponse fetch => Trip(fetch),
        FetchSnapshotResponse snapshot => Trip(snapshot),
        DescribeQuorumResponse describe => Trip(describe),
        UpdateRaftVoterResponse update => Trip(update),
        AddRaftVoterResponse add => Trip(add),
        RemoveRaftVoterResponse remove => Trip(remove),
        _ => throw new ArgumentException(response.Name),
    };

    private static T Trip<T>(T message)
        where T : class, IMessage<T>, new()
    {
        var reader = new ProtocolReader(ProtocolWriter.ToArray(message, T.HighestVersion).AsMemory());
        var read = T.Read(ref reader, T.HighestVersion);
        reader.EnsureEnd();
        return read;
    }
}
