using System.Globalization;
using Confluent.Kafka;

namespace Kafka.Modular.ConfluentClient;

/// <summary>The command line of the program: <c>--name value</c> pairs.</summary>
internal sealed class ClientOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public ClientOptions(string[] arguments)
    {
        for (int i = 0; i + 1 < arguments.Length; i += 2)
        {
            _values[arguments[i].TrimStart('-')] = arguments[i + 1];
        }

        Deadline = DateTime.UtcNow.AddSeconds(Number("deadline", 240));
    }

    public string Bootstrap => Text("bootstrap");

    public string Phase => Text("phase");

    public string Topic => Text("topic");

    /// <summary>Records of each codec.</summary>
    public int Records => Number("records", 1000);

    /// <summary>Records of each codec that are written before the restart and read after it.</summary>
    public int Tail => Math.Min(1000, Records);

    public DateTime Deadline { get; }

    public string Text(string name) => _values.TryGetValue(name, out string? value) ? value : throw new ArgumentException($"--{name} is missing");

    public string? Find(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>A configuration with where the broker is and how to log in.</summary>
    public T Secure<T>(T config)
        where T : ClientConfig
    {
        config.BootstrapServers = Bootstrap;
        if (Find("security") is { } security)
        {
            config.SecurityProtocol = Enum.Parse<SecurityProtocol>(security.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        }

        if (Find("mechanism") is { } mechanism)
        {
            // The library has an enumeration for it; its property takes Kafka's names.
            config.Set("sasl.mechanism", mechanism);
            config.SaslUsername = Find("user");
            config.SaslPassword = Find("password");
        }

        config.SslCaLocation = Find("ca");
        config.SslCertificateLocation = Find("cert");
        config.SslKeyLocation = Find("key");
        return config;
    }

    /// <summary>Waits for the condition and fails at the deadline with what was seen last.</summary>
    public void Until(Func<string> what, Func<bool> condition)
    {
        while (!condition())
        {
            if (DateTime.UtcNow > Deadline)
            {
                throw new TimeoutException($"time is up: {what()}");
            }

            Thread.Sleep(10);
        }
    }
}
