using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Client.Security;

/// <summary>Logs in over SASL with Kafka's requests (KIP-43, KIP-152), the first time and again (KIP-368). Safe to use from any thread.</summary>
internal sealed class SaslAuthenticator(SaslOptions options, RandomSource random)
{
    // Of the mechanisms none takes more than two; a peer that goes on for ever is none that knows them.
    private const int MostSteps = 16;

    /// <summary>Logs in.</summary>
    /// <returns>How long the session lasts (KIP-368); null for as long as the connection does.</returns>
    /// <exception cref="KafkaClientException">The broker refused, or is not who it should be.</exception>
    public async ValueTask<TimeSpan?> AuthenticateAsync(KafkaConnection connection, CancellationToken cancellationToken)
    {
        await ChooseMechanismAsync(connection, cancellationToken);
        IClientExchange exchange = options.Mechanism == SaslOptions.Plain ? new PlainExchange(options) : new ScramExchange(options, random);
        TimeSpan? lifetime = null;
        var token = exchange.Start();
        for (var steps = 0; steps < MostSteps; steps++)
        {
            var request = new SaslAuthenticateRequest { AuthBytes = token };
            var response = await connection.SendAsync(request, SendOptions.Default, cancellationToken);
            if (response.ErrorCode != ErrorCode.None)
            {
                throw new KafkaClientException(response.ErrorCode, string.IsNullOrEmpty(response.ErrorMessage) ? null : response.ErrorMessage);
            }

            lifetime = response.SessionLifetimeMs > 0 ? TimeSpan.FromMilliseconds(Math.Min(response.SessionLifetimeMs, int.MaxValue)) : lifetime;
            if (exchange.IsComplete || exchange.Step(response.AuthBytes) is not { } next)
            {
                return lifetime;
            }

            token = next;
        }

        throw new KafkaClientException(ErrorCode.IllegalSaslState, $"{connection.Address} does not end the {options.Mechanism} exchange.");
    }

    // Version 1: the tokens come in SaslAuthenticate. Brokers before 1.0 know version 0 alone and are refused.
    private async ValueTask ChooseMechanismAsync(KafkaConnection connection, CancellationToken cancellationToken)
    {
        if (!connection.Versions.Supports(ApiKey.SaslHandshake, 1) || !connection.Versions.Supports(ApiKey.SaslAuthenticate))
        {
            throw new UnsupportedVersionException($"{connection.Address} does not support SaslHandshake version 1 and SaslAuthenticate.");
        }

        var response = await connection.SendAsync(new SaslHandshakeRequest { Mechanism = options.Mechanism }, SendOptions.Default, cancellationToken);
        if (response.ErrorCode == ErrorCode.None)
        {
            return;
        }

        var enabled = $"[{string.Join(", ", response.Mechanisms)}]";
        throw response.ErrorCode switch
        {
            ErrorCode.UnsupportedSaslMechanism => new KafkaClientException(
                response.ErrorCode, $"Client SASL mechanism '{options.Mechanism}' not enabled in the server, enabled mechanisms are {enabled}"),
            ErrorCode.IllegalSaslState => new KafkaClientException(
                response.ErrorCode, $"Unexpected handshake request with client mechanism {options.Mechanism}, enabled mechanisms are {enabled}"),
            var other => new KafkaClientException(
                ErrorCode.IllegalSaslState, $"Unknown error code {other.Info().Name}, client mechanism is {options.Mechanism}, enabled mechanisms are {enabled}"),
        };
    }
}
