using System.Net;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Security.Authentication;

/// <summary>A SASL listener as it is configured and with the mechanisms and stores of the current generation. Any thread.</summary>
internal sealed class SaslListener : ISaslListener
{
    private readonly SaslAuthenticationParts _parts;
    private readonly IPrincipalMapper _principals;
    private readonly JaasUsers _jaas;
    private readonly bool _isEncrypted;

    public SaslListener(string name, bool isEncrypted, SaslAuthenticationParts parts)
    {
        Name = name;
        _isEncrypted = isEncrypted;
        _parts = parts;
        _principals = parts.Principals(name);
        _jaas = new JaasUsers(parts, name);
    }

    public string Name { get; }

    public IReadOnlyList<string> Mechanisms
    {
        get
        {
            var enabled = _parts.Settings(Name, null).SaslEnabledMechanisms;
            var generation = _parts.Generations.Current;
            foreach (var mechanism in enabled)
            {
                if (!generation.Has(mechanism))
                    return [.. enabled.Where(generation.Has)];
            }

            return enabled;
        }
    }

    /// <summary>Largest frame of a client that is not authenticated yet (<c>sasl.server.max.receive.size</c>).</summary>
    public int MaximumReceiveSize => _parts.Settings(Name, null).SaslServerMaxReceiveSize;

    public long MaximumReauthenticationMs(string mechanism) => _parts.Settings(Name, mechanism).ConnectionsMaxReauthMs;

    public KafkaPrincipal? PrincipalOf(string mechanism, string name) => _principals.Map(mechanism, name);

    public ISaslExchange? Begin(string mechanism, IPAddress address)
    {
        var generation = _parts.Generations.Enter();
        try
        {
            if (generation.Find(mechanism) is { } found)
            {
                var credentials = new CredentialChain([_jaas.Of(mechanism), .. _parts.Credentials, .. generation.Stores]);
                var exchange = found.Begin(new SaslExchangeContext(Name, address, _isEncrypted, credentials, _parts.ServerSecret));
                return new GenerationExchange(exchange, generation);
            }
        }
        catch
        {
            generation.Leave();
            throw;
        }

        generation.Leave();
        return null;
    }

    /// <summary>What is wrong with the listener's settings, for the start.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var mechanism in _parts.Settings(Name, null).SaslEnabledMechanisms)
        {
            if (!_parts.Generations.Current.Has(mechanism))
                yield return $"sasl.enabled.mechanisms of listener {Name} has {mechanism}, for which no plugin is loaded; add it to plugins.sasl or take it out";
            if (_jaas.Problem(mechanism) is { } problem)
                yield return problem;
        }
    }

    // Keeps the code of the generation it came from until the exchange is over.
    private sealed class GenerationExchange(ISaslExchange exchange, AuthenticationGeneration generation) : ISaslExchange
    {
        private int _isDisposed;

        public ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte> token, CancellationToken cancellationToken) => exchange.StepAsync(token, cancellationToken);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
                return;
            exchange.Dispose();
            generation.Leave();
        }
    }
}
