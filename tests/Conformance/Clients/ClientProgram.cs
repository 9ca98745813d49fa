using System.Globalization;
using System.Text.Json;
using Kafka.Modular.Conformance.Broker;

namespace Kafka.Modular.Conformance.Clients;

/// <summary>A program on a third party's client library: it walks through the broker and says how it went on its last line.</summary>
internal sealed class ClientProgram(string name, string file, params string[] leading)
{
    private const int ShortRecords = 100;
    private const int ShortSeconds = 30;

    private static readonly string s_folder = Path.Combine(BuildOutput.Repository, "tests", "Conformance");

    /// <summary>Records of each compression type.</summary>
    public static int Records { get; } = Number("CONFORMANCE_RECORDS", 100_000);

    private static int Seconds { get; } = Number("CONFORMANCE_SECONDS", 240);

    public static ClientProgram KafkaJs => new("kafkajs", Node(), Path.Combine(s_folder, "node", "kafkajs.mjs"));

    public static ClientProgram Platformatic => new("@platformatic/kafka", Node(), Path.Combine(s_folder, "node", "platformatic.mjs"));

    // Debian's interpreter, which has Debian's packages; another one may come first on the path.
    public static ClientProgram Python => new("python3-kafka", "/usr/bin/python3", Path.Combine(s_folder, "python", "client.py"));

    public static ClientProgram Confluent => new("Confluent.Kafka", BuildOutput.Program("tests/ConfluentClient", "Kafka.Modular.ConfluentClient"));

    public static ClientProgram Kcat => new("kcat", Path.Combine(s_folder, "kcat", "client.sh"));

    public override string ToString() => name;

    /// <summary>Runs one phase and returns the verdict; fails with the program's own output.</summary>
    public async Task<JsonElement> RunAsync(string phase, string bootstrap, string topic)
    {
        await using ChildProcess process = Start(phase, bootstrap, topic);
        int exitCode = await process.ExitAsync(TimeSpan.FromSeconds(Seconds + 30));
        Assert.That(exitCode, Is.Zero, $"{name}, {phase}:\n{process.Output}");
        JsonElement verdict = JsonSerializer.Deserialize<JsonElement>(process.LastLine ?? "{}");
        Assert.That(verdict.GetProperty("verdict").GetString(), Is.EqualTo("ok"), process.Output);
        TestContext.Out.WriteLine($"{name}, {phase}: {process.LastLine}");
        return verdict;
    }

    public ChildProcess Start(string phase, string bootstrap, string topic, params string[] more) =>
        ChildProcess.Start($"{name} ({phase})", file, [.. leading, .. Arguments(phase, bootstrap, topic, Records, Seconds), .. more]);

    /// <summary>Starts a short phase, with the security that the options say.</summary>
    public ChildProcess StartShort(string phase, string bootstrap, string topic, ClientSecurity security, params string[] more) =>
        ChildProcess.Start($"{name} ({phase})", file, [.. leading, .. Arguments(phase, bootstrap, topic, ShortRecords, ShortSeconds), .. security.Arguments(), .. more]);

    /// <summary>Logs in, writes a few records and reads them in a group; fails with the program's own output.</summary>
    public async Task LoginAsync(string bootstrap, string topic, ClientSecurity security)
    {
        await using ChildProcess process = StartShort("login", bootstrap, topic, security);
        int exitCode = await process.ExitAsync(TimeSpan.FromSeconds(ShortSeconds + 10));
        Assert.That(exitCode, Is.Zero, process.Output);
        JsonElement verdict = JsonSerializer.Deserialize<JsonElement>(process.LastLine ?? "{}");
        Assert.That(verdict.GetProperty("verdict").GetString(), Is.EqualTo("ok"), process.Output);
        Assert.That(verdict.GetProperty("records").GetInt32(), Is.EqualTo(ShortRecords), process.Output);
    }

    private IEnumerable<string> Arguments(string phase, string bootstrap, string topic, int count, int seconds)
    {
        string records = count.ToString(CultureInfo.InvariantCulture);
        string deadline = seconds.ToString(CultureInfo.InvariantCulture);
        return file.EndsWith(".sh", StringComparison.Ordinal)
            ? [bootstrap, phase, topic, records, deadline]
            : ["--bootstrap", bootstrap, "--phase", phase, "--topic", topic, "--records", records, "--deadline", deadline];
    }

    // The npm packages bring the version of node that they need; the system's own may be older.
    private static string Node()
    {
        string modules = Path.Combine(s_folder, "node", "node_modules");
        string? own = Directory.Exists(modules)
            ? Directory.EnumerateDirectories(modules, "node-linux-*").Select(folder => Path.Combine(folder, "bin", "node")).FirstOrDefault(File.Exists)
            : null;
        return own ?? throw new FileNotFoundException("The npm packages are not installed: ./test does, or npm ci in tests/Conformance/node.", modules);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
