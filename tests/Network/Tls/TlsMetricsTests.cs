using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network.Tests.Support;
using Kafka.Modular.Telemetry.Catalog;

namespace Kafka.Modular.Network.Tests.Tls;

public sealed class TlsMetricsTests
{
    [Test]
    public async Task Expiry_outcomes_and_refused_certificates_are_metrics()
    {
        await using var fixture = await TlsFixture.StartAsync(new MemoryNetwork());
        await using var client = await fixture.ConnectAsync();
        await client.AskAsync("who");
        await using (var wrong = await fixture.Server.ConnectAsync())
        {
            await wrong.SendRawAsync(new byte[10]);
            Assert.That(await wrong.IsClosedAsync());
        }

        fixture.ReplaceKeyStore("nothing");
        fixture.Server.Server.ReloadCertificates();
        await Eventually.Until(() => Series.Of(fixture.Metrics, SocketDefinitions.Handshakes)[0].Value == 0);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Series.Of(fixture.Metrics, SocketDefinitions.CertificateExpiry), Is.EqualTo(new[]
            {
                ("SSL keystore CN=localhost, O=Test", Seconds(fixture.Certificate.NotAfter)),
                ("SSL truststore CN=Authority", Seconds(fixture.Authority.Certificate.NotAfter)),
            }));
            Assert.That(Series.Of(fixture.Metrics, SocketDefinitions.CertificateReloadFailures), Is.EqualTo(new[] { ("SSL", 1.0) }));
            Assert.That(Series.Of(fixture.Metrics, SocketDefinitions.SuccessfulAuthentications), Is.EqualTo(new[] { ("SSL 0", 1.0) }));
            Assert.That(Series.Of(fixture.Metrics, SocketDefinitions.FailedAuthentications), Is.EqualTo(new[] { ("SSL 0", 1.0) }));
        }
    }

    [Test]
    public async Task Open_connections_are_counted_by_cipher_and_protocol_until_they_end()
    {
        await using var fixture = await TlsFixture.StartAsync(new MemoryNetwork());
        await using (var client = await fixture.ConnectAsync())
        {
            await client.AskAsync("who");
            var series = Series.Of(fixture.Metrics, SocketDefinitions.Connections).Single();
            Assert.That((series.Labels, series.Value), Is.EqualTo(("TLS_AES_256_GCM_SHA384 TLSv1.3   SSL 0", 1.0)).Or.EqualTo(("TLS_AES_128_GCM_SHA256 TLSv1.3   SSL 0", 1.0)));
        }

        await Eventually.Until(() => Series.Of(fixture.Metrics, SocketDefinitions.Connections).Count == 0);
    }

    private static double Seconds(DateTime time) => new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeSeconds();
}
