using System.Buffers.Binary;
using Kafka.Modular.Configuration.Listeners;

namespace Kafka.Modular.Network.Connections;

/// <summary>Guesses what a peer speaks whose first four bytes make no sense as a size, to help the operator.</summary>
internal static class FrameHint
{
    /// <summary>A sentence, or nothing.</summary>
    /// <param name="size">The four bytes as a size.</param>
    /// <param name="protocol">What the listener speaks.</param>
    public static string For(int size, SecurityProtocol protocol)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, size);
        if (bytes[0] == 0x16 && bytes[1] == 0x03)
        {
            return $" It looks like TLS: set security.protocol={SecurityProtocols.NameOf(protocol)} in that client, or connect it to a listener with TLS.";
        }

        return bytes.SequenceEqual("GET "u8) || bytes.SequenceEqual("POST"u8) || bytes.SequenceEqual("HEAD"u8) || bytes.SequenceEqual("PUT "u8)
            ? " It looks like HTTP: this port speaks Kafka's protocol."
            : "";
    }
}
