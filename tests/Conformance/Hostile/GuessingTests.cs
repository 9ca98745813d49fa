using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Hostile;

/// <summary>Clients that guess passwords, and such as never mean to log in, against the real executable, while others produce and consume.</summary>
[Category("real")]
[NonParallelizable]
public sealed class GuessingTests
{
    private const short Refused = 58;
    private const short IllegalState = 34;
    private const short Metadata = 3;
    private const int Guessers = 64;
    private const int DelayMs = 200;
    private const long AllowedGrowth = 48L * 1024 * 1024;

    private static readonly TimeSpan s_guessing = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    // What kcat connects with.
    private static readonly string[] s_alice = ["security.protocol=SASL_PLAINTEXT", "sasl.mechanism=SCRAM-SHA-256", "sasl.username=alice", "sasl.password=right-256"];
    private static readonly string[] s_bob = ["security.protocol=SASL_PLAINTEXT", "sasl.mechanism=PLAIN", "sasl.username=bob", "sasl.password=right-plain"];

    [Test]
    public async Task Guessing_passwords_lets_nobody_in_and_hinders_nobody()
    {
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();
        await using KcatStream plain = await KcatStream.StartAsync(broker, "plain", s_bob);
        await using KcatStream scram = await KcatStream.StartAsync(broker, "scram", s_alice);
        ConcurrentBag<TimeSpan> delays = [];
        ConcurrentDictionary<string, int> answers = new(StringComparer.Ordinal);
        Stopwatch clock = Stopwatch.StartNew();
        Task[] guessing = [.. Enumerable.Range(0, Guessers).Select(guesser => GuessAsync(broker.Bootstrap, guesser, clock, delays, answers))];
        long middle = 0;
        using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(50));
        while (clock.Elapsed < s_guessing && await pace.WaitForNextTickAsync())
        {
            plain.Write(20);
            scram.Write(20);
            middle = middle == 0 && clock.Elapsed > s_guessing / 2 ? broker.ResidentBytes() : middle;
        }

        await Task.WhenAll(guessing);
        await plain.FinishAsync();
        await scram.FinishAsync();
        long grown = broker.ResidentBytes() - middle;
        int lines = broker.Process.AllOutput.Split('\n').Count(static line => line.Contains("Failed authentication with", StringComparison.Ordinal));
        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{delays.Count} guesses, {plain.Written + scram.Written} records of others, {lines} lines in the log, memory grew by {grown / 1024} KiB in the second half, answers after {delays.Min().TotalMilliseconds:0} ms or more"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(delays, Has.Count.GreaterThan(Guessers * 4));
            Assert.That(delays.Min(), Is.GreaterThan(TimeSpan.FromMilliseconds(DelayMs - 10)));
            Assert.That(answers.Keys, Has.Count.EqualTo(3), "whoever guesses is told the same, whether the user exists or not: " + string.Join(" | ", answers.Keys));
            Assert.That(grown, Is.LessThan(AllowedGrowth));
            Assert.That(lines, Is.InRange(10, 20 + (int)clock.Elapsed.TotalSeconds + 5));
        }
    }

    [Test]
    public async Task Tokens_too_large_too_many_or_never_finished_hinder_nobody()
    {
        await using BrokerProcess broker = Broker();
        await broker.StartAsync();
        await using KcatStream others = await KcatStream.StartAsync(broker, "others", s_bob);
        long before = broker.ResidentBytes();
        others.Write(100);
        foreach (int size in new[] { 600_000, 100_000_000, int.MaxValue, -1 })
        {
            await using RawClient large = await RawClient.ConnectAsync(broker.Bootstrap);
            Assert.That(await large.HandshakeAsync("PLAIN"), Is.Zero);
            await large.SendAsync([.. RawClient.Number(size), .. new byte[100]]);
            Assert.That(await large.IsClosedAsync(s_limit), Is.True, $"{size}");
        }

        await AssertLargestAsync(broker.Bootstrap);
        await AssertStepsAsync(broker.Bootstrap);
        await AssertRepeatedAsync(broker.Bootstrap);
        await AssertFloodAsync(broker.Bootstrap);
        others.Write(100);
        List<RawClient> unfinished = [];
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                RawClient client = await RawClient.ConnectAsync(broker.Bootstrap);
                unfinished.Add(client);
                if (i % 2 == 0)
                {
                    Assert.That(await client.HandshakeAsync("SCRAM-SHA-512", version: (short)(i % 4 / 2)), Is.Zero);
                }

                await client.SendAsync([.. RawClient.Number(500_000), 0, 36, 0, 1, 1]);
            }

            others.Write(100);
            long grown = broker.ResidentBytes() - before;
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"1,000 tokens of 500,000 bytes that never come: memory grew by {grown / 1024} KiB"));
            Assert.That(grown, Is.LessThan(AllowedGrowth * 2));
        }
        finally
        {
            foreach (RawClient client in unfinished)
            {
                await client.DisposeAsync();
            }
        }

        await others.FinishAsync();
    }

    private static BrokerProcess Broker() => new("SASL_PLAINTEXT", $"""
        sasl.enabled.mechanisms: [PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]
        sasl.mechanism.inter.broker.protocol: PLAIN
        listener.name.sasl_plaintext.plain.sasl.jaas.config: org.apache.kafka.common.security.plain.PlainLoginModule required username="bob" password="right-plain" user_bob="right-plain";
        connection.failed.authentication.delay.ms: {DelayMs}

        """)
    {
        ScramUsers = ["SCRAM-SHA-256=[name=alice,password=right-256]", "SCRAM-SHA-512=[name=alice,password=right-512]"],
    };

    private static async Task GuessAsync(string bootstrap, int guesser, Stopwatch clock, ConcurrentBag<TimeSpan> delays, ConcurrentDictionary<string, int> answers)
    {
        string mechanism = new[] { "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512" }[guesser % 3];
        for (int guess = 0; clock.Elapsed < s_guessing; guess++)
        {
            string user = (guess % 3) switch { 0 => "alice", 1 => "bob", _ => $"user{guess}" };
            string password = new[] { "right", "right-257", "", "right-256 ", "alice", "right-plain ", "123456" }[guess % 7];
            await using RawClient client = await RawClient.ConnectAsync(bootstrap);
            long started = Stopwatch.GetTimestamp();
            short? error = mechanism == "PLAIN" ? await client.LogInAsync(user, password + "x") : await client.LogInAsync(user, password, mechanism);
            Assert.That(error, Is.EqualTo(Refused), $"{mechanism} {user}");
            delays.Add(Stopwatch.GetElapsedTime(started));
            string said = client.Received;
            answers.AddOrUpdate(said[said.LastIndexOf("Auth", StringComparison.Ordinal)..], 1, static (_, count) => count + 1);

            // Who was refused is not served, even if it goes on as if nothing had happened.
            try
            {
                await client.SendAsync(client.Request(Metadata, 1, RawClient.Number(-1)));
            }
            catch (IOException)
            {
                // It is closed already.
            }

            Assert.That(await client.ReceiveAsync(), Is.Null);
        }
    }

    // As many bytes as are allowed, none of which is a password.
    private static async Task AssertLargestAsync(string bootstrap)
    {
        foreach (string mechanism in new[] { "PLAIN", "SCRAM-SHA-256" })
        {
            foreach (byte filling in new byte[] { 0, (byte)',', (byte)'a', 0xff })
            {
                await using RawClient client = await RawClient.ConnectAsync(bootstrap);
                Assert.That(await client.HandshakeAsync(mechanism), Is.Zero);
                byte[] token = new byte[500_000];
                Array.Fill(token, filling);
                Assert.That((await client.TokenAsync(token))?.Error, Is.EqualTo(Refused), mechanism);
                Assert.That(await client.IsClosedAsync(s_limit), Is.True);
            }
        }
    }

    // Thousands of tokens, in one piece: the first is answered, nobody is let in by the right one among them.
    private static async Task AssertStepsAsync(string bootstrap)
    {
        foreach (string mechanism in new[] { "PLAIN", "SCRAM-SHA-256" })
        {
            await using RawClient client = await RawClient.ConnectAsync(bootstrap);
            Assert.That(await client.HandshakeAsync(mechanism), Is.Zero);
            byte[] wrong = mechanism == "PLAIN" ? RawClient.Plain("bob", "wrong") : "n,,n=alice,r=abc"u8.ToArray();
            byte[][] tokens = [.. Enumerable.Repeat(wrong, 3000), RawClient.Plain("bob", "right-plain")];
            try
            {
                await client.SendAsync([.. tokens.SelectMany(token => client.Request(RawClient.SaslAuthenticate, 1, RawClient.Number(token.Length), token))]);
                await client.SendAsync(client.Request(Metadata, 1, RawClient.Number(-1)));
            }
            catch (IOException)
            {
                // It was closed before everything was sent.
            }

            List<short> errors = [];
            while (await client.ReceiveAsync() is { } answer)
            {
                errors.Add(BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(sizeof(int))));
            }

            Assert.That(errors.Where(static error => error == 0).Count(), Is.LessThanOrEqualTo(mechanism == "PLAIN" ? 0 : 1), "a challenge at most");
            Assert.That(errors, Has.Count.LessThan(20));
        }
    }

    private static async Task AssertRepeatedAsync(string bootstrap)
    {
        await using RawClient again = await RawClient.ConnectAsync(bootstrap);
        Assert.That(await again.HandshakeAsync("PLAIN"), Is.Zero);
        Assert.That(await again.HandshakeAsync("PLAIN"), Is.EqualTo(IllegalState));
        Assert.That(await again.IsClosedAsync(s_limit), Is.True);
        await using RawClient bare = await RawClient.ConnectAsync(bootstrap);
        Assert.That(await bare.HandshakeAsync("PLAIN", version: 0), Is.Zero);
        await bare.SendAsync(bare.Request(RawClient.SaslHandshake, 0, RawClient.Text("PLAIN")));
        Assert.That(await bare.IsClosedAsync(s_limit), Is.True, "a bare token is not a handshake");
        foreach (string mechanism in new[] { "", "GSSAPI", "plain", new string('A', 30_000) })
        {
            await using RawClient other = await RawClient.ConnectAsync(bootstrap);
            Assert.That(await other.HandshakeAsync(mechanism), Is.EqualTo(33));
            Assert.That(await other.IsClosedAsync(s_limit), Is.True);
        }
    }

    private static async Task AssertFloodAsync(string bootstrap)
    {
        await using RawClient twice = await RawClient.ConnectAsync(bootstrap);
        Assert.That(await twice.AskAsync(RawClient.ApiVersions, 0), Is.Not.Null);
        Assert.That(await twice.AskAsync(RawClient.ApiVersions, 0), Is.Null, "ApiVersions comes once");

        // Of a version that is not known it may come again, as in Kafka: each costs its sender as much as the server.
        await using RawClient unknown = await RawClient.ConnectAsync(bootstrap);
        byte[] flood = [.. Enumerable.Range(0, 5000).SelectMany(_ => unknown.Request(RawClient.ApiVersions, 99, [0]))];
        Task sending = unknown.SendAsync(flood);
        int answered = 0;
        while (answered < 5000 && await unknown.ReceiveAsync() is not null)
        {
            answered++;
        }

        await sending;
        Assert.That(answered, Is.EqualTo(5000));
        Assert.That(await unknown.AskAsync(Metadata, 1, RawClient.Number(-1)), Is.Null);
    }
}
