using System.Net.Sockets;
using System.Text;
using Kafka.Modular.Server.Plugins;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Hosting;

/// <summary>
/// Where <c>kafka-modular plugins</c> reaches a running server: a Unix domain socket in the directory of the metadata log, which only the server's user can open. A
/// client sends one line; it gets <c>done</c> or <c>failed</c> on a line, and then what there is to say. Clients are served one after the other.
/// </summary>
internal sealed class ControlSocket : IAsyncDisposable
{
    /// <summary>Name of the socket's file.</summary>
    public const string FileName = "kafka-modular.sock";

    private const int LongestRequest = 200;
    private static readonly TimeSpan s_requestTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly Socket _socket;
    private readonly Func<string, CancellationToken, Task<PluginReport>> _answer;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    private ControlSocket(string path, Socket socket, Func<string, CancellationToken, Task<PluginReport>> answer)
    {
        (_path, _socket, _answer) = (path, socket, answer);
        _serving = ServeAsync();
    }

    /// <summary>Opens the socket in a directory that this process has the lock of.</summary>
    /// <returns>The socket; null where it cannot be opened, which the log says: the server does not need it.</returns>
    public static ControlSocket? Open(string directory, Func<string, CancellationToken, Task<PluginReport>> answer, ILogger logger)
    {
        var path = Path.GetFullPath(Path.Combine(directory, FileName));
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // What an earlier server left; the directory's lock says that none lives.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            // Before it listens nobody can connect, so there is no moment at which others could.
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen();
            return new ControlSocket(path, socket, answer);
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException or ArgumentException or PlatformNotSupportedException)
        {
            socket.Dispose();
            logger.NoControlSocket(path, error.Message.ReplaceLineEndings(" "));
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _serving;
        _stopping.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next server removes it.
        }
    }

    private async Task ServeAsync()
    {
        await Task.Yield();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                using var client = await _socket.AcceptAsync(_stopping.Token);
                await using var stream = new NetworkStream(client);
                await AnswerAsync(stream);
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // Such as the lack of file descriptors, which a loop without a pause would only make worse.
                await Task.Delay(s_pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // Stopping, or a client that went away or said nothing: there is nobody to tell.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(s_requestTime);
        if (await ReadLineAsync(stream, limit.Token) is not { } request)
            return;
        var report = await _answer(request, _stopping.Token);
        var text = string.Join('\n', report.Lines.Prepend(report.IsDone ? "done" : "failed")) + "\n";
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        sending.CancelAfter(s_requestTime);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), sending.Token);
    }

    private static async Task<string?> ReadLineAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0)
                return null;
            length += count;
            var end = buffer.AsSpan(0, length).IndexOf((byte)'\n');
            if (end >= 0)
                return Encoding.UTF8.GetString(buffer, 0, end).TrimEnd('\r');
        }

        return null;
    }
}
