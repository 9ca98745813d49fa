using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Credentials.File;

/// <summary>Log lines of the credential file; event ids 9800 to 9809. Nothing of what the file says goes in.</summary>
internal static partial class CredentialsFileEvents
{
    [LoggerMessage(9800, LogLevel.Information, "{Users} users were read from {Path}")]
    public static partial void CredentialsRead(this ILogger logger, int users, string path);

    [LoggerMessage(9801, LogLevel.Error, "{Path} has changed and cannot be read, so the users before stay in force: {Reason}")]
    public static partial void CredentialsNotRead(this ILogger logger, string path, string reason);

    [LoggerMessage(9802, LogLevel.Warning, "{Path} holds hashes of passwords and can be read by every user of this machine; chmod o= {Path2} changes that")]
    public static partial void CredentialsOpenToAll(this ILogger logger, string path, string path2);
}
