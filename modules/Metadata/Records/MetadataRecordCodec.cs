using Kafka.Modular.Protocol;

namespace Kafka.Modular.Metadata.Records;

/// <summary>
/// The frame around a message in the metadata log: frame version 1, record type and version as unsigned varints, then the message (KIP-631).
/// Any thread.
/// </summary>
public static class MetadataRecordCodec
{
    private const uint FrameVersion = 1;

    private static readonly MessageDescriptor?[] ByType = IndexTypes();

    /// <summary>Whether this server knows the record type.</summary>
    public static bool Knows(short recordType) => (ushort)recordType < ByType.Length && ByType[recordType] is not null;

    /// <summary>Appends the frame and the message.</summary>
    /// <exception cref="UnsupportedVersionException">The version lacks a field that is set.</exception>
    public static void Write(ProtocolWriter writer, MetadataRecord record)
    {
        writer.WriteUnsignedVarint(FrameVersion);
        writer.WriteUnsignedVarint((uint)record.Message.RecordType);
        writer.WriteUnsignedVarint((uint)record.Version);
        record.Message.Write(writer, record.Version);
    }

    /// <summary>The value of a log record: frame and message.</summary>
    /// <exception cref="UnsupportedVersionException">The version lacks a field that is set.</exception>
    public static byte[] Encode(MetadataRecord record)
    {
        using var writer = ProtocolWriter.CreateContiguous();
        Write(writer, record);
        return writer.WrittenMemory.ToArray();
    }

    /// <summary>Reads the value of a log record, all of it.</summary>
    /// <exception cref="MetadataReplayException">The bytes are malformed, or of a type or version that this server does not know.</exception>
    public static MetadataRecord Read(ReadOnlySpan<byte> value)
    {
        try
        {
            var reader = new ProtocolReader(value);
            var frame = reader.ReadUnsignedVarint();
            if (frame != FrameVersion)
                throw new MetadataReplayException($"A metadata record has the frame version {frame}; only {FrameVersion} is known.");
            var type = reader.ReadUnsignedVarint();
            var version = reader.ReadUnsignedVarint();
            if (type >= ByType.Length || ByType[type] is not { } descriptor)
                throw new MetadataReplayException($"A metadata record has the unknown type {type}.");
            if (version > (uint)descriptor.HighestVersion || version < (uint)descriptor.LowestVersion)
            {
                throw new MetadataReplayException(
                    $"A {descriptor.Name} has version {version}; {descriptor.LowestVersion} to {descriptor.HighestVersion} are known.");
            }

            var message = (IMetadataRecord)descriptor.Read(ref reader, (short)version);
            if (reader.Remaining != 0)
                throw new MetadataReplayException($"{reader.Remaining} bytes follow the end of a {descriptor.Name}.");
            return new MetadataRecord(message, (short)version);
        }
        catch (ProtocolException malformed)
        {
            throw new MetadataReplayException($"A metadata record cannot be read: {malformed.Message}", malformed);
        }
    }

    private static MessageDescriptor?[] IndexTypes()
    {
        var records = MessageCatalog.Messages.Where(message => message.Kind == MessageKind.Metadata).ToArray();
        var index = new MessageDescriptor?[records.Max(record => record.Number) + 1];
        foreach (var record in records)
            index[record.Number] = record;
        return index;
    }
}
