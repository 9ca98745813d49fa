using Kafka.Modular.Metadata.Collections;

namespace Kafka.Modular.Metadata.Tokens;

/// <summary>A delegation token (KIP-48); its HMAC is derived from the id and never stored. Immutable, any thread.</summary>
/// <param name="TokenId">The id.</param>
/// <param name="Owner">Principal that a login with the token gives, as in <c>User:alice</c>.</param>
/// <param name="Requester">Principal that asked for it (KIP-373).</param>
/// <param name="Renewers">Principals that may renew it besides the owner.</param>
/// <param name="IssueTimestamp">When it was issued, in ms since the epoch.</param>
/// <param name="MaxTimestamp">Beyond this it cannot be renewed, in ms since the epoch.</param>
/// <param name="ExpirationTimestamp">When it expires unless it is renewed, in ms since the epoch.</param>
public sealed record DelegationTokenData(
    string TokenId,
    string Owner,
    string Requester,
    ValueList<string> Renewers,
    long IssueTimestamp,
    long MaxTimestamp,
    long ExpirationTimestamp);
