using System.Text;
using Kafka.Modular.Client.Settings;

namespace Kafka.Modular.Client.Security;

/// <summary>PLAIN (RFC 4616): name and password in one token, for connections that TLS protects.</summary>
internal sealed class PlainExchange(SaslOptions options) : IClientExchange
{
    public bool IsComplete { get; private set; }

    // No authorization id: the user acts as itself.
    public byte[] Start()
    {
        IsComplete = true;
        return Encoding.UTF8.GetBytes($"\0{options.User}\0{options.Password.Reveal()}");
    }

    public byte[]? Step(ReadOnlySpan<byte> challenge) => null;
}
