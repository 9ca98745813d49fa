using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kafka.Modular.Protocol;

/// <summary>
/// Tagged fields (KIP-482): a number of fields, then each as tag, length, value. Lengths are varints that are known only afterwards, so tagged fields are
/// put together in a piece of memory of their own; a struct without any costs one byte and nothing else.
/// </summary>
public sealed partial class ProtocolWriter
{
    private byte[] scratch = [];
    private byte[] suspended = [];
    private int suspendedStart;
    private int suspendedPosition;
    private int suspendedLimit;

    /// <summary>Where a struct's tagged fields stand while they are written.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct TagSection
    {
        internal List<UnknownTag>? Unknown;
        internal int NextUnknown;
        internal int Start;
        internal int Value;
        internal int Count;
        internal bool Began;
        internal bool OwnsScratch;
    }

    /// <summary>Writes the tagged fields of a struct that has none in the schema.</summary>
    public void WriteUnknownTags(List<UnknownTag>? unknown)
    {
        if (unknown is null)
        {
            Take(1)[0] = 0;
            return;
        }

        WriteUnsignedVarint((uint)unknown.Count);
        foreach (UnknownTag tag in unknown)
        {
            WriteUnknownTag(tag);
        }
    }

    /// <summary>Begins the tagged fields of a struct. How many there are is filled in at the end.</summary>
    public static TagSection BeginTags(List<UnknownTag>? unknown) => new() { Unknown = unknown };

    /// <summary>Begins one tagged field; tags come in ascending order.</summary>
    public void BeginTag(ref TagSection section, int tag)
    {
        if (!section.Began)
        {
            section.Began = true;
            section.OwnsScratch = EnterScratch();
            Take(1);
            section.Start = position;
        }

        WriteUnknownBelow(ref section, tag);
        section.Count++;
        WriteUnsignedVarint((uint)tag);
        Take(1);
        section.Value = position;
    }

    /// <summary>Ends one tagged field and fills in its length.</summary>
    public void EndTag(ref TagSection section) => FillVarint(section.Value, (uint)(position - section.Value));

    /// <summary>Ends the tagged fields of a struct.</summary>
    public void EndTags(ref TagSection section)
    {
        if (!section.Began)
        {
            WriteUnknownTags(section.Unknown);
            return;
        }

        WriteUnknownBelow(ref section, int.MaxValue);
        FillVarint(section.Start, (uint)section.Count);
        if (section.OwnsScratch)
        {
            LeaveScratch();
        }
    }

    /// <summary>Directs what follows into memory where bytes can be moved; false when it goes there already.</summary>
    private bool EnterScratch()
    {
        if (output is null || isScratch)
        {
            return false;
        }

        if (scratch.Length == 0)
        {
            scratch = ArrayPool<byte>.Shared.Rent(256);
        }

        (suspended, suspendedStart, suspendedPosition, suspendedLimit) = (buffer, start, position, limit);
        (buffer, start, position, limit) = (scratch, 0, 0, scratch.Length);
        isScratch = true;
        return true;
    }

    private void LeaveScratch()
    {
        scratch = buffer;
        int length = position;
        (buffer, start, position, limit) = (suspended, suspendedStart, suspendedPosition, suspendedLimit);
        isScratch = false;
        WriteRaw(scratch.AsSpan(0, length));
    }

    private void WriteUnknownBelow(ref TagSection section, int tag)
    {
        while (section.Unknown is { } unknown && section.NextUnknown < unknown.Count
            && (tag == int.MaxValue || unknown[section.NextUnknown].Tag < tag))
        {
            WriteUnknownTag(unknown[section.NextUnknown++]);
            section.Count++;
        }
    }

    private void WriteUnknownTag(UnknownTag tag)
    {
        WriteUnsignedVarint((uint)tag.Tag);
        WriteUnsignedVarint((uint)tag.Data.Length);
        WriteRaw(tag.Data.Span);
    }

    /// <summary>Puts a varint into the byte kept free before <paramref name="end"/>; what follows moves up when it needs more than that byte.</summary>
    private void FillVarint(int end, uint value)
    {
        int extra = ((BitOperations.Log2(value | 1) + 7) / 7) - 1;
        if (extra > 0)
        {
            int length = position - end;
            Take(extra);
            buffer.AsSpan(end, length).CopyTo(buffer.AsSpan(end + extra));
        }

        for (int at = end - 1; ; at++)
        {
            if (value < 0x80)
            {
                buffer[at] = (byte)value;
                return;
            }

            buffer[at] = (byte)(value | 0x80);
            value >>= 7;
        }
    }
}
