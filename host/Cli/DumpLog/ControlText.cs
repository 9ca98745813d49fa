using System.Buffers.Binary;
using System.Globalization;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Json;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Protocol.Records;

namespace Kafka.Modular.Cli.DumpLog;

/// <summary>What a control record says: the end of a transaction, or something of the quorum.</summary>
internal static class ControlText
{
    /// <summary>The fields of a control record.</summary>
    public static (string Name, object? Value)[] Fields(in RecordView record)
    {
        if (!ControlRecord.TryReadType(record.Key, out var type))
            return [("controlType", "UNKNOWN(-1)")];
        var value = record.Value.ToArray();
        switch (type)
        {
            case ControlRecordType.Abort or ControlRecordType.Commit:
                ControlRecord.TryReadEndTransactionMarker(value, out var epoch);
                return [("endTxnMarker", type.ToString().ToUpperInvariant()), ("coordinatorEpoch", epoch)];
            case ControlRecordType.LeaderChange:
                return [("LeaderChange", Json<LeaderChangeMessage>(value, 1))];
            case ControlRecordType.SnapshotHeader:
                return [("SnapshotHeader", Json<SnapshotHeaderRecord>(value, 0))];
            case ControlRecordType.SnapshotFooter:
                return [("SnapshotFooter", Json<SnapshotFooterRecord>(value, 0))];
            case ControlRecordType.KRaftVersion:
                return [("KRaftVersion", Json<KRaftVersionRecord>(value, 0))];
            case ControlRecordType.KRaftVoters:
                return [("KRaftVoters", Json<VotersRecord>(value, 0))];
            default:
                return [("controlType", string.Create(CultureInfo.InvariantCulture, $"{type.ToString().ToUpperInvariant()}({(short)type})"))];
        }
    }

    // These messages begin with their version, which is also the one that they are written in.
    private static JsonText Json<T>(byte[] value, short highest)
        where T : class, IMessage<T>, new()
    {
        try
        {
            var version = value.Length < sizeof(short) ? (short)0 : Math.Clamp(BinaryPrimitives.ReadInt16BigEndian(value), (short)0, highest);
            var reader = new ProtocolReader(value.AsMemory());
            return new JsonText(JsonMessageWriter.ToText(T.Read(ref reader, version), version));
        }
        catch (ProtocolException)
        {
            return new JsonText("{}");
        }
    }
}
