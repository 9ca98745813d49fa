using System.Text;
using System.Text.Json;
using CsCheck;
using Kafka.Modular.Sasl.Scram;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Plugins.Tests.Sasl;

public sealed class ScramTests
{
    private const string Rfc7677 =
        """{"mechanism":"SCRAM-SHA-256","user":"user","password":"pencil","salt_hex":"5b6d99689d12358eeca04b141236fa81","iterations":4096,"tokenauth":false,"serverNonce":"%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0","clientFirst":"n,,n=user,r=rOprNGfwEbeRWgbNEkqO","serverFirst":"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096","clientFinal":"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=","serverFinal":"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="}""";

    private readonly Credentials _credentials = new();

    [Test]
    public async Task Every_exchange_of_the_reference_goes_as_it_did()
    {
        var file = Reference();
        if (file is null)
            TestContext.Out.WriteLine("scram.jsonl is not here: the example of RFC 7677 alone is run");
        foreach (var line in file is null ? [Rfc7677] : File.ReadAllLines(file))
        {
            var vector = JsonDocument.Parse(line).RootElement;
            await RunAsync(vector, name => vector.GetProperty(name).GetString()!);
        }
    }

    [TestCase("y,,n=user,r=abc")]
    [TestCase("p=tls-unique,,n=user,r=abc")]
    [TestCase("n,,n=user")]
    [TestCase("n,,n=us=er,r=abc")]
    [TestCase("n,,n=user,r=a bc")]
    [TestCase("n,,n=usér,r=abc")]
    [TestCase("n,,r=abc,n=user")]
    [TestCase("n,,n=user,r=abc,1=x")]
    [TestCase("")]
    public async Task What_is_not_a_first_message_fails_with_the_general_message(string message)
    {
        using var exchange = Begin(ScramAlgorithm.Sha256);
        var step = await StepAsync(exchange, message);
        Assert.That((step.Kind, step.Failure!.ClientMessage), Is.EqualTo((SaslStepKind.Failed, (string?)null)));
    }

    [Test]
    public async Task Names_are_unescaped_and_an_authorization_id_must_be_the_name()
    {
        Add("a,b=c", "p");
        using (var exchange = Begin(ScramAlgorithm.Sha256))
            Assert.That((await StepAsync(exchange, "n,a=a=2Cb=3Dc,n=a=2Cb=3Dc,r=abc")).Kind, Is.EqualTo(SaslStepKind.Continue));
        using (var exchange = Begin(ScramAlgorithm.Sha256))
            Assert.That((await StepAsync(exchange, "n,a=x,n=a=2Cb=3Dc,r=abc")).Failure!.ClientMessage, Is.EqualTo("Authentication failed: Client requested an authorization id that is different from username"));
    }

    [Test]
    public async Task An_unknown_user_is_asked_for_a_proof_that_never_is_right()
    {
        var salts = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var exchange = Begin(ScramAlgorithm.Sha512);
            var first = Encoding.UTF8.GetString((await StepAsync(exchange, "n,,n=nobody,r=abc")).Response.Span);
            salts.Add(first);
            var step = await StepAsync(exchange, $"c=biws,r=abcnonce,p={Convert.ToBase64String(new byte[64])}");
            Assert.That((step.Kind, step.Failure!.ClientMessage, step.Failure.Cause), Is.EqualTo((SaslStepKind.Failed, (string?)null, "user 'nobody' has no credential for SCRAM-SHA-512")));
        }

        Assert.That(salts[1], Is.EqualTo(salts[0]).And.Contains(",i=4096"));
    }

    [Test]
    public async Task A_final_message_of_another_exchange_is_refused()
    {
        Add("user", "p");
        using var exchange = Begin(ScramAlgorithm.Sha256);
        await StepAsync(exchange, "n,,n=user,r=abc");
        Assert.That((await StepAsync(exchange, "c=biws,r=abcother,p=AAAA")).Failure!.Cause, Does.Contain("another nonce"));
    }

    [Test]
    public async Task A_credential_with_too_few_iterations_is_not_used()
    {
        _credentials.Scram["weak"] = new ScramCredential(new byte[8], new byte[32], new byte[32], 1000);
        using var exchange = Begin(ScramAlgorithm.Sha256);
        Assert.That((await StepAsync(exchange, "n,,n=weak,r=abc")).Failure!.Cause, Does.Contain("1000 iterations"));
    }

    [Test]
    public void No_bytes_let_anybody_in_or_throw()
    {
        Add("user", "p");
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 200]).Sample(
            (first, second) =>
            {
                using var exchange = Begin(ScramAlgorithm.Sha256);
                var step = exchange.StepAsync(first, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                if (step.Kind == SaslStepKind.Continue)
                    step = exchange.StepAsync(second, CancellationToken.None).AsTask().GetAwaiter().GetResult();
                return step.Kind != SaslStepKind.Succeeded;
            },
            iter: 2000);
    }

    [TestCase("SCRAM-SHA-256")]
    [TestCase("SCRAM-SHA-512")]
    public async Task Its_test_of_itself_succeeds(string mechanism)
        => Assert.That(await new ScramMechanism(ScramAlgorithm.Find(mechanism)!).TestAsync(CancellationToken.None), Is.Null);

    private static string? Reference()
    {
        if (Environment.GetEnvironmentVariable("KAFKA_MODULAR_REFERENCE") is { Length: > 0 } given)
            return Path.Combine(given, "scram.jsonl");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "reference", "scram.jsonl");
            if (File.Exists(file))
                return file;
        }

        return null;
    }

    private static ValueTask<SaslStep> StepAsync(ScramExchange exchange, string message) => exchange.StepAsync(Encoding.UTF8.GetBytes(message), CancellationToken.None);

    private async Task RunAsync(JsonElement vector, Func<string, string> text)
    {
        var algorithm = ScramAlgorithm.Find(text("mechanism"))!;
        var (salt, iterations) = (Convert.FromHexString(text("salt_hex")), vector.GetProperty("iterations").GetInt32());
        var credential = algorithm.Credential(algorithm.SaltedPassword(text("password"), salt, iterations), salt, iterations);
        var ends = DateTimeOffset.UnixEpoch.AddYears(80);
        if (vector.GetProperty("tokenauth").GetBoolean())
            _credentials.Tokens[text("user")] = new TokenCredential(credential, "owner", ends);
        else
            _credentials.Scram[text("user")] = credential;
        if (vector.TryGetProperty("storedKey_hex", out var stored))
            Assert.That(Convert.ToHexStringLower(credential.StoredKey.Span), Is.EqualTo(stored.GetString()));
        using var exchange = new ScramExchange(algorithm, _credentials.Context, text("serverNonce"));
        var first = await StepAsync(exchange, text("clientFirst"));
        if (text("user").Any(static letter => letter > '\x7F'))
        {
            Assert.That(first.Kind, Is.EqualTo(SaslStepKind.Failed), "names outside of ASCII are refused");
            return;
        }

        Assert.That(Encoding.UTF8.GetString(first.Response.Span), Is.EqualTo(text("serverFirst")), text("user"));
        var last = await StepAsync(exchange, text("clientFinal"));
        Assert.That(last.Kind, Is.EqualTo(SaslStepKind.Succeeded), last.Failure?.Cause);
        Assert.That(Encoding.UTF8.GetString(last.Response.Span), Is.EqualTo(text("serverFinal")));
        Assert.That(
            (last.Identity!.Name, last.Identity.IsToken, last.Identity.ExpiresAt),
            Is.EqualTo(vector.GetProperty("tokenauth").GetBoolean() ? ("owner", true, ends) : (text("user"), false, (DateTimeOffset?)null)));
    }

    private void Add(string user, string password)
        => _credentials.Scram[user] = ScramAlgorithm.Sha256.Credential(ScramAlgorithm.Sha256.SaltedPassword(password, new byte[16], 4096), new byte[16], 4096);

    private ScramExchange Begin(ScramAlgorithm algorithm) => new(algorithm, _credentials.Context, "nonce");
}
