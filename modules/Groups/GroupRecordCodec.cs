using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kafka.Modular.Coordination;
using Kafka.Modular.Groups.Offsets;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Groups;

/// <summary>The records of <c>__consumer_offsets</c> as they stand in the log: a key that begins with its type, a value that begins with its version.</summary>
internal sealed class GroupRecordCodec : ICoordinatorRecordCodec<GroupRecord>
{
    /// <summary>The key type of offsets that old brokers wrote; the same layout as type 1.</summary>
    private const short LegacyOffsetCommitType = 0;

    private const short OffsetCommitType = 1;
    private const short GroupMetadataType = 2;
    private const short KeyVersion = 0;

    /// <summary>The version that every release since 2.3 reads, which lets a cluster go back.</summary>
    private const short GroupMetadataValueVersion = 3;

    private const short OffsetCommitValueVersion = 4;

    /// <summary>The only version that stores when an offset ends (OffsetCommit below v5).</summary>
    private const short ExpiringOffsetCommitValueVersion = 1;

    public byte[] EncodeKey(GroupRecord record) => record switch
    {
        OffsetCommitRecord offset => Encode(
            OffsetCommitType,
            new OffsetCommitKey { Group = offset.GroupId, Topic = offset.Topic, Partition = offset.Partition },
            KeyVersion),
        GroupMetadataRecord group => Encode(GroupMetadataType, new GroupMetadataKey { Group = group.GroupId }, KeyVersion),
        _ => throw new ArgumentOutOfRangeException(nameof(record)),
    };

    public byte[]? EncodeValue(GroupRecord record) => record switch
    {
        OffsetCommitRecord { Value: { } offset } => EncodeOffset(offset),
        GroupMetadataRecord { Value: { } group } => Encode(GroupMetadataValueVersion, group, GroupMetadataValueVersion),
        _ => null,
    };

    public bool TryDecode(byte[] key, byte[]? value, [MaybeNullWhen(false)] out GroupRecord record)
    {
        record = null;
        if (key.Length < sizeof(short))
        {
            return false;
        }

        var reader = new ProtocolReader(key.AsMemory(sizeof(short)));
        switch (BinaryPrimitives.ReadInt16BigEndian(key))
        {
            case LegacyOffsetCommitType or OffsetCommitType:
                var offsetKey = OffsetCommitKey.Read(ref reader, KeyVersion);
                record = new OffsetCommitRecord(offsetKey.Group, offsetKey.Topic, offsetKey.Partition, value is null ? null : DecodeOffset(value));
                return true;
            case GroupMetadataType:
                var groupKey = GroupMetadataKey.Read(ref reader, KeyVersion);
                record = new GroupMetadataRecord(groupKey.Group, value is null ? null : DecodeGroup(value));
                return true;
            default:
                return false;
        }
    }

    private static byte[] EncodeOffset(OffsetAndMetadata offset)
    {
        var version = offset.ExpireTimestampMs >= 0 ? ExpiringOffsetCommitValueVersion : OffsetCommitValueVersion;
        return Encode(version, new OffsetCommitValue
        {
            Offset = offset.Offset,
            LeaderEpoch = offset.LeaderEpoch,
            Metadata = offset.Metadata,
            CommitTimestamp = offset.CommitTimestampMs,
            ExpireTimestamp = offset.ExpireTimestampMs,
            TopicId = offset.TopicId,
        }, version);
    }

    private static OffsetAndMetadata DecodeOffset(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtocolReader(bytes[sizeof(short)..]);
        var value = OffsetCommitValue.Read(ref reader, BinaryPrimitives.ReadInt16BigEndian(bytes.Span));
        return new OffsetAndMetadata(
            value.Offset, value.LeaderEpoch, value.Metadata, value.CommitTimestamp, value.ExpireTimestamp, value.TopicId);
    }

    private static GroupMetadataValue DecodeGroup(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ProtocolReader(bytes[sizeof(short)..]);
        return GroupMetadataValue.Read(ref reader, BinaryPrimitives.ReadInt16BigEndian(bytes.Span));
    }

    private static byte[] Encode(short prefix, IMessage message, short version)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        writer.WriteInt16(prefix);
        message.Write(writer, version);
        return writer.WrittenMemory.ToArray();
    }
}
