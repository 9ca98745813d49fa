using System.Runtime.InteropServices;

namespace Kafka.Modular.Client.Producing;

/// <summary>The id and epoch under which sequences are counted (KIP-98).</summary>
/// <param name="Id">The producer id; -1 for none.</param>
/// <param name="Epoch">Its epoch.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProducerIdentity(long Id, short Epoch)
{
    public static ProducerIdentity None => new(-1, -1);

    public bool IsNone => Id < 0;

    /// <summary>The next epoch of the same id (KIP-360); none when the epochs are used up.</summary>
    public ProducerIdentity Bumped => Epoch < short.MaxValue - 1 ? this with { Epoch = (short)(Epoch + 1) } : None;
}
