using System.Buffers.Binary;

namespace Kafka.Modular.Protocol.Records;

/// <summary>Keys of control records, and the body of the markers that end a transaction. The other bodies are generated messages.</summary>
public static class ControlRecord
{
    private const int KeySize = 4;
    private const int EndTransactionMarkerSize = 6;

    /// <summary>Reads a control record's key: an int16 version, of which 0 and later are understood alike, and an int16 type.</summary>
    /// <returns>False if the key is too short or its version is negative.</returns>
    public static bool TryReadType(ReadOnlySpan<byte> key, out ControlRecordType type)
    {
        type = ControlRecordType.Unknown;
        if (key.Length < KeySize || BinaryPrimitives.ReadInt16BigEndian(key) < 0)
            return false;
        var raw = BinaryPrimitives.ReadInt16BigEndian(key[2..]);
        if (raw is >= (short)ControlRecordType.Abort and <= (short)ControlRecordType.KRaftVoters)
            type = (ControlRecordType)raw;
        return true;
    }

    /// <summary>The key of a control record of <paramref name="type"/>, version 0.</summary>
    public static byte[] Key(ControlRecordType type)
    {
        var key = new byte[KeySize];
        BinaryPrimitives.WriteInt16BigEndian(key.AsSpan(2), (short)type);
        return key;
    }

    /// <summary>Reads the coordinator epoch out of the value of an abort or commit marker; false if it is too short.</summary>
    public static bool TryReadEndTransactionMarker(ReadOnlySpan<byte> value, out int coordinatorEpoch)
    {
        coordinatorEpoch = RecordBatchFormat.None;
        if (value.Length < EndTransactionMarkerSize || BinaryPrimitives.ReadInt16BigEndian(value) < 0)
            return false;
        coordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(value[2..]);
        return true;
    }

    /// <summary>The value of an abort or commit marker, version 0.</summary>
    public static byte[] EndTransactionMarker(int coordinatorEpoch)
    {
        var value = new byte[EndTransactionMarkerSize];
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(2), coordinatorEpoch);
        return value;
    }
}
