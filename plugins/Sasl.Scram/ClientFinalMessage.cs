namespace Kafka.Modular.Sasl.Scram;

/// <summary>The client's final message: <c>c=channel,r=nonce[,extension…],p=proof</c>.</summary>
/// <param name="Nonce">Both halves of the nonce.</param>
/// <param name="Proof">The proof.</param>
/// <param name="WithoutProof">The message before the proof, as it is signed.</param>
internal sealed record ClientFinalMessage(string Nonce, byte[] Proof, string WithoutProof)
{
    /// <summary>Reads one; null when it is not one.</summary>
    public static ClientFinalMessage? TryParse(string message)
    {
        var parts = message.Split(',');
        if (parts.Length < 3
            || !parts[0].StartsWith("c=", StringComparison.Ordinal)
            || ScramText.Bytes(parts[0][2..]) is null
            || ScramText.Attribute(parts[1], 'r') is not { } nonce
            || !ScramText.IsNonce(nonce)
            || !parts[2..^1].All(ScramText.IsExtension)
            || !parts[^1].StartsWith("p=", StringComparison.Ordinal)
            || ScramText.Bytes(parts[^1][2..]) is not { } proof)
        {
            return null;
        }

        return new(nonce, proof, message[..^(parts[^1].Length + 1)]);
    }
}
