using System.Buffers.Binary;

namespace Kafka.Modular.ConfluentClient;

/// <summary>
/// What one producer sent to one partition: a sequence of records, and where the broker said that each was stored. A sequence number
/// is taken before the record is sent; its offset is known once it was acknowledged.
/// </summary>
internal sealed class LoadStream(int producer, int partition)
{
    private const int NotAcknowledged = -1;
    private const int ValueLength = 600;

    private readonly Lock _lock = new();
    private readonly List<long> _acknowledged = [];
    private readonly List<long> _stored = [];
    private int _read;

    /// <summary>The records that were acknowledged so far.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Takes the next sequence number and returns the value of its record.</summary>
    public byte[] Next(out int sequence)
    {
        lock (_lock)
        {
            sequence = _acknowledged.Count;
            _acknowledged.Add(NotAcknowledged);
            _stored.Add(NotAcknowledged);
        }

        return ValueOf(sequence);
    }

    public void Acknowledge(int sequence, long offset)
    {
        lock (_lock)
        {
            _acknowledged[sequence] = offset;
            Acknowledged++;
        }
    }

    /// <summary>Forgets what was read, for another reading of the whole log.</summary>
    public void StartOver()
    {
        _read = 0;
        for (int i = 0; i < _stored.Count; i++)
        {
            _stored[i] = NotAcknowledged;
        }
    }

    /// <summary>Takes note of a record found in the log, in the order of the log.</summary>
    public void Read(int sequence, long offset, ReadOnlySpan<byte> value, bool gapless)
    {
        string where = $"producer {producer} partition {partition} offset {offset}";
        if (!value.SequenceEqual(ValueOf(sequence)))
        {
            throw new InvalidDataException($"{where}: record {sequence} has another value");
        }

        if (sequence < _read || (gapless && sequence != _read))
        {
            throw new InvalidDataException($"{where}: record {sequence} where {_read} was expected");
        }

        _read = sequence + 1;
        _stored[sequence] = offset;
    }

    /// <summary>Fails when an acknowledged record is not in the log, or not where the acknowledgement said.</summary>
    public void CheckAcknowledged()
    {
        for (int sequence = 0; sequence < _acknowledged.Count; sequence++)
        {
            if (_acknowledged[sequence] != NotAcknowledged && _stored[sequence] != _acknowledged[sequence])
            {
                string found = _stored[sequence] == NotAcknowledged ? "is not in the log" : $"is at {_stored[sequence]}";
                throw new InvalidDataException(
                    $"producer {producer} partition {partition}: record {sequence}, acknowledged at offset {_acknowledged[sequence]}, {found}");
            }
        }
    }

    /// <summary>Producer and sequence of a record, from its value.</summary>
    public static (int Producer, int Sequence) Parse(ReadOnlySpan<byte> value) =>
        (BinaryPrimitives.ReadInt32BigEndian(value), BinaryPrimitives.ReadInt32BigEndian(value[4..]));

    private byte[] ValueOf(int sequence)
    {
        byte[] value = new byte[ValueLength];
        BinaryPrimitives.WriteInt32BigEndian(value, producer);
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(4), sequence);
        value.AsSpan(8).Fill((byte)(sequence * 31));
        return value;
    }
}
