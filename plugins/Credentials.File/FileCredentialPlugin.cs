using Kafka.Modular.Spi.Plugins;
using Kafka.Modular.Spi.Security;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Credentials.File;

/// <summary>The credential store <c>file</c>.</summary>
public sealed class FileCredentialPlugin : ICredentialPlugin
{
    private const string PathKey = "credentials.file.path";

    /// <inheritdoc/>
    public string Id => "file";

    /// <inheritdoc/>
    public ICredentialStore CreateStore(PluginContext context)
    {
        var path = context.Settings.GetValueOrDefault(PathKey);
        if (string.IsNullOrEmpty(path))
            throw new PluginException($"{PathKey} is not set; it names the file with users");
        try
        {
            return new FileCredentialStore(path, context.TimeProvider, context.LoggerFactory.CreateLogger("kafka.modular.Credentials"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new PluginException($"{PathKey}: {path} cannot be read: {error.Message}", error);
        }
    }
}
