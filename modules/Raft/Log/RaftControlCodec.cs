using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;
using Kafka.Modular.Raft.Voters;

namespace Kafka.Modular.Raft.Log;

/// <summary>Encodes and decodes the control records of the metadata log, each at the version that its first field names. Pure.</summary>
internal static class RaftControlCodec
{
    // Kafka writes version 0 of each: version 1 of LeaderChangeMessage adds directory ids, which nothing reads.
    private const short Version = 0;

    public static (ControlRecordType Type, byte[] Value) Write(RaftControlRecord record) => record switch
    {
        LeaderChangeControl leader => (ControlRecordType.LeaderChange, ProtocolWriter.ToArray(ToMessage(leader), Version)),
        VotersControl voters => (ControlRecordType.KRaftVoters, ProtocolWriter.ToArray(ToMessage(voters.Voters), Version)),
        KRaftVersionControl version => (
            ControlRecordType.KRaftVersion,
            ProtocolWriter.ToArray(new KRaftVersionRecord { Version = Version, KRaftVersion = version.KRaftVersion }, Version)),
        SnapshotHeaderControl header => (
            ControlRecordType.SnapshotHeader,
            ProtocolWriter.ToArray(
                new SnapshotHeaderRecord { Version = Version, LastContainedLogTimestamp = header.LastContainedLogTimestamp }, Version)),
        SnapshotFooterControl => (
            ControlRecordType.SnapshotFooter, ProtocolWriter.ToArray(new SnapshotFooterRecord { Version = Version }, Version)),
        _ => throw new ArgumentException($"{record} cannot be written", nameof(record)),
    };

    /// <summary>Decodes a control record; null when it is malformed.</summary>
    public static RaftControlRecord? TryRead(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!ControlRecord.TryReadType(key, out var type))
            return null;
        try
        {
            var reader = new ProtocolReader(value);
            return type switch
            {
                ControlRecordType.LeaderChange => FromMessage(LeaderChangeMessage.Read(ref reader, VersionOf(value, LeaderChangeMessage.HighestVersion))),
                ControlRecordType.KRaftVoters => new VotersControl(FromMessage(VotersRecord.Read(ref reader, VersionOf(value, VotersRecord.HighestVersion)))),
                ControlRecordType.KRaftVersion => new KRaftVersionControl(
                    KRaftVersionRecord.Read(ref reader, VersionOf(value, KRaftVersionRecord.HighestVersion)).KRaftVersion),
                ControlRecordType.SnapshotHeader => new SnapshotHeaderControl(
                    SnapshotHeaderRecord.Read(ref reader, VersionOf(value, SnapshotHeaderRecord.HighestVersion)).LastContainedLogTimestamp),
                ControlRecordType.SnapshotFooter => new SnapshotFooterControl(),
                _ => new UnknownControl((short)type),
            };
        }
        catch (Exception e) when (e is ProtocolException or ArgumentException)
        {
            return null;
        }
    }

    // All of these messages begin with their own version; later ones add fields at the end or as tags.
    private static short VersionOf(ReadOnlySpan<byte> value, short highest)
    {
        var reader = new ProtocolReader(value);
        return Math.Clamp(reader.ReadInt16(), (short)0, highest);
    }

    private static LeaderChangeMessage ToMessage(LeaderChangeControl leader) => new()
    {
        Version = Version,
        LeaderId = (BrokerId)leader.LeaderId,
        Voters = [.. leader.Voters.Select(voter => new LeaderChangeMessage.Voter { VoterId = voter.Id })],
        GrantingVoters = [.. leader.GrantingVoters.Select(voter => new LeaderChangeMessage.Voter { VoterId = voter.Id })],
    };

    private static LeaderChangeControl FromMessage(LeaderChangeMessage message) => new(
        message.LeaderId,
        [.. message.Voters.Select(voter => new ReplicaKey(voter.VoterId, voter.VoterDirectoryId))],
        [.. message.GrantingVoters.Select(voter => new ReplicaKey(voter.VoterId, voter.VoterDirectoryId))]);

    private static VotersRecord ToMessage(VoterSet voters) => new()
    {
        Version = Version,
        Voters =
        [
            .. voters.Nodes.Select(voter => new VotersRecord.Voter
            {
                VoterId = (BrokerId)voter.Key.Id,
                VoterDirectoryId = voter.Key.DirectoryId,
                Endpoints =
                [
                    .. voter.Endpoints.ByListener.Select(endpoint => new VotersRecord.Endpoint
                    {
                        Name = endpoint.Key, Host = endpoint.Value.Host, Port = (ushort)endpoint.Value.Port,
                    }),
                ],
                KRaftVersionFeature = new() { MinSupportedVersion = voter.MinKRaftVersion, MaxSupportedVersion = voter.MaxKRaftVersion },
            }),
        ],
    };

    private static VoterSet FromMessage(VotersRecord message) => new(message.Voters.Select(voter => new VoterNode(
        new(voter.VoterId, voter.VoterDirectoryId),
        new(voter.Endpoints.Select(endpoint => KeyValuePair.Create(endpoint.Name, new RaftEndpoint(endpoint.Host, endpoint.Port)))),
        voter.KRaftVersionFeature.MinSupportedVersion,
        voter.KRaftVersionFeature.MaxSupportedVersion)));
}
