using System.Net.Sockets;
using System.Text;
using Kafka.Modular.Configuration.Keys;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Server.Plugins;

namespace Kafka.Modular.Server.Hosting;

/// <summary>Asks a server that runs on this machine, through the socket in its data directory.</summary>
public static class ControlClient
{
    /// <summary>Has the server replace its plugins: all, or those whose ids follow, behind blanks.</summary>
    public const string Reload = "plugins reload";

    /// <summary>Asks which plugins the server uses.</summary>
    public const string List = "plugins list";

    /// <summary>Where the server of a configuration has its socket. The configuration need not be valid otherwise: what is wrong with it is for the server to say.</summary>
    /// <param name="file">Its configuration file, or null for none.</param>
    /// <param name="overrides">Values given as <c>key=value</c>.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string SocketOf(string? file, IEnumerable<string> overrides)
    {
        var entries = ServerConfiguration.Sources(file, overrides).SelectMany(static source => source.Entries).Where(static entry => !entry.IsNothing).ToLookup(static entry => entry.Name);
        foreach (var key in (string[])["metadata.log.dir", "log.dirs", "log.dir"])
        {
            if (entries[key].LastOrDefault() is { } entry)
            {
                var first = entry.Items is { Count: > 0 } items ? items[0] : (entry.Text ?? "").Split(',')[0].Trim();
                return PathIn(ReferenceResolver.System.Resolve(first, out _));
            }
        }

        return PathIn(BrokerKeys.LogDir.Default!.Trim('[', ']', '"'));
    }

    /// <summary>Sends a request and waits for the answer.</summary>
    /// <param name="socket">The socket's path.</param>
    /// <param name="request"><see cref="Reload"/>, with ids or without, or <see cref="List"/>.</param>
    /// <param name="cancellationToken">Waits no longer; the server goes on with what it was asked.</param>
    /// <returns>The answer, or null where no server listens.</returns>
    /// <exception cref="IOException">The server went away.</exception>
    /// <exception cref="UnauthorizedAccessException">The server belongs to another user.</exception>
    public static async Task<PluginReport?> AskAsync(string socket, string request, CancellationToken cancellationToken)
    {
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await client.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellationToken);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new UnauthorizedAccessException($"{socket} belongs to another user; run this as the server's user or as root", error);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            return null;
        }

        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request + "\n"), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var lines = (await reader.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? throw new IOException("The server ended before it answered") : new PluginReport(lines[0] == "done", lines[1..]);
    }

    private static string PathIn(string directory) => Path.GetFullPath(Path.Combine(directory, ControlSocket.FileName));
}
