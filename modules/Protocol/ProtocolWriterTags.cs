using System.Numerics;

namespace Kafka.Modular.Protocol;

/// <summary>Tagged fields (KIP-482): a number of fields, then each as tag, length, value.</summary>
public sealed partial class ProtocolWriter
{
    /// <summary>Where a struct's tagged fields stand while they are written.</summary>
    public struct TagSection
    {
        internal List<UnknownTag>? Unknown;
        internal int NextUnknown;
        internal int Start;
        internal int Value;
        internal int Count;
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
    public TagSection BeginTags(List<UnknownTag>? unknown)
    {
        Take(1);
        return new TagSection { Unknown = unknown, Start = position };
    }

    /// <summary>Begins one tagged field; tags come in ascending order.</summary>
    public void BeginTag(ref TagSection section, int tag)
    {
        WriteUnknownBelow(ref section, tag);
        section.Count++;
        WriteUnsignedVarint((uint)tag);
        Take(1);
        section.Value = position;
    }

    /// <summary>Ends one tagged field and fills in its length.</summary>
    public void EndTag(ref TagSection section)
    {
        int records = 0;
        for (int i = regions.Count - 1; i >= 0 && regions[i].Position >= section.Value; i--)
        {
            records += regions[i].Records.Length;
        }

        FillVarint(section.Value, (uint)(position - section.Value + records));
    }

    /// <summary>Ends the tagged fields of a struct.</summary>
    public void EndTags(ref TagSection section)
    {
        WriteUnknownBelow(ref section, int.MaxValue);
        FillVarint(section.Start, (uint)section.Count);
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
            for (int i = regions.Count - 1; i >= 0 && regions[i].Position >= end; i--)
            {
                regions[i] = (regions[i].Position + extra, regions[i].Records);
            }
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
