using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.SamplePlugin;

/// <summary>PLAIN (RFC 4616) with the users of a file, which is read when the mechanism tests itself: a file that cannot be used keeps the older generation in place.</summary>
/// <param name="file">The file with the users.</param>
internal sealed class SampleMechanism(string file) : ISaslMechanism, ISelfTest
{
    private SampleUsers _users = SampleUsers.None;

    public string Name => "PLAIN";

    public ISaslExchange Begin(SaslExchangeContext context) => new SampleExchange(_users);

    public async ValueTask<string?> TestAsync(CancellationToken cancellationToken)
    {
        try
        {
            _users = SampleUsers.Parse(await File.ReadAllTextAsync(file, cancellationToken));
            return _users.Count > 0 ? null : $"there is no user in {file}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return fault.Message;
        }
    }
}
