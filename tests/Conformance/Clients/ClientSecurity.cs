namespace Kafka.Modular.Conformance.Clients;

/// <summary>How a client program connects: the settings that all of them take, whatever their library calls them.</summary>
internal sealed record ClientSecurity
{
    /// <summary>Kafka's name of the security protocol.</summary>
    public required string Protocol { get; init; }

    /// <summary>SASL mechanism, or null for none.</summary>
    public string? Mechanism { get; init; }

    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>PEM file of the authority that the client trusts.</summary>
    public string? Authority { get; init; }

    /// <summary>PEM file of the client's own certificate.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? Key { get; init; }

    public IEnumerable<string> Arguments()
    {
        (string Name, string? Value)[] all =
        [
            ("--security", Protocol.ToLowerInvariant()),
            ("--mechanism", Mechanism),
            ("--user", Mechanism is null ? null : User),
            ("--password", Mechanism is null ? null : Password),
            ("--ca", Authority),
            ("--cert", Certificate),
            ("--key", Key),
        ];
        return all.Where(static pair => pair.Value is not null).SelectMany(static pair => new[] { pair.Name, pair.Value! });
    }
}
