using System.Net;
using Kafka.Modular.Core.Limits;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Modular.Core.Tests.Limits;

public sealed class PeerLogRateLimitTests
{
    private const int Burst = 3;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly PeerLogRateLimit _limit;

    public PeerLogRateLimitTests() => _limit = new PeerLogRateLimit(_time, Burst, s_interval);

    [Test]
    public void One_that_fails_in_a_loop_does_not_hide_the_others()
    {
        Assert.That(Written("10.0.0.1", 1000), Is.EqualTo(Burst));

        Assert.That(_limit.TryAcquire(IPAddress.Parse("10.0.0.2"), out var ofOther));
        Assert.That(ofOther, Is.Zero);
        _time.Advance(s_interval);
        Assert.That(_limit.TryAcquire(IPAddress.Parse("10.0.0.1"), out var ofFirst));
        Assert.That(ofFirst, Is.EqualTo(1000 - Burst));
    }

    [Test]
    public void Many_addresses_have_no_more_than_ten_times_the_lines_of_one_and_are_not_all_remembered()
    {
        var written = 0;
        for (uint i = 0; i < 10_000; i++)
            written += Written(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]).ToString(), 1);

        Assert.That(written, Is.EqualTo(Burst * PeerLogRateLimit.InAll));
        Assert.That(_limit.Addresses, Is.EqualTo(PeerLogRateLimit.MaximumAddresses));
        _time.Advance(s_interval);
        Assert.That(Enumerable.Range(0, 100).Sum(i => Written($"10.2.0.{i}", 1)), Is.EqualTo(PeerLogRateLimit.InAll));
    }

    [Test]
    public void What_was_left_out_for_addresses_that_are_forgotten_is_told_by_the_next_line()
    {
        Written("10.0.0.1", Burst + 5);
        for (var i = 0; i < PeerLogRateLimit.MaximumAddresses; i++)
        {
            _time.Advance(s_interval);
            Assert.That(_limit.TryAcquire(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]), out var leftOut));
            Assert.That(leftOut, Is.EqualTo(i == PeerLogRateLimit.MaximumAddresses - 1 ? 5 : 0), $"line {i}");
        }
    }

    [Test]
    public void The_address_that_was_heard_of_last_is_remembered_longest()
    {
        Written("10.0.0.1", Burst);
        for (var i = 0; i < 2 * PeerLogRateLimit.MaximumAddresses; i++)
        {
            Written(new IPAddress([10, 1, (byte)(i >> 8), (byte)i]).ToString(), 1);
            Assert.That(Written("10.0.0.1", 1), Is.Zero);
        }
    }

    [TestCase("2001:db8::1", "2001:db8::2", true)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", false)]
    [TestCase("::ffff:10.0.0.1", "::ffff:10.0.0.2", false)]
    [TestCase("::ffff:10.0.0.1", "10.0.0.1", true)]
    [TestCase("::1", "0.0.0.1", false)]
    public void A_network_of_64_bits_is_one_peer_and_so_is_an_address_of_IPv4_in_either_form(string one, string other, bool isSame)
    {
        Written(one, Burst);
        Assert.That(Written(other, 1), Is.EqualTo(isSame ? 0 : 1));
    }

    private int Written(string address, int lines) => Enumerable.Range(0, lines).Count(_ => _limit.TryAcquire(IPAddress.Parse(address), out var _));
}
