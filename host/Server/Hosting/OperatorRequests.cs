using Kafka.Modular.Server.Plugins;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Server.Hosting;

/// <summary>
/// What an operator asks of a running server: SIGHUP has it replace its plugins, the control socket takes the verbs of
/// <c>kafka-modular plugins</c>.
/// </summary>
internal sealed class OperatorRequests : IAsyncDisposable
{
    private readonly PluginReloads _plugins;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ControlSocket? _socket;
    private Task _reloads = Task.CompletedTask;

    /// <summary>Begins to listen, once the broker has the lock of its directories.</summary>
    /// <param name="directory">The directory of the metadata log.</param>
    /// <param name="plugins">The plugins, attached to a broker that runs.</param>
    /// <param name="logger">Where is told what cannot be done.</param>
    public OperatorRequests(string directory, PluginReloads plugins, ILogger logger)
    {
        _plugins = plugins;
        _socket = ControlSocket.Open(directory, AnswerAsync, logger);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_socket is not null)
            await _socket.DisposeAsync();
        await Volatile.Read(ref _reloads);
    }

    /// <summary>The process got SIGHUP. Does not wait for what it begins.</summary>
    public void OnHangUp()
    {
        if (!_stopping.IsCancellationRequested)
            Volatile.Write(ref _reloads, Task.WhenAll(Volatile.Read(ref _reloads), ReloadAsync()));
    }

    private async Task ReloadAsync()
    {
        // Not on the thread that the signal came on.
        await Task.Yield();
        try
        {
            // What came of it is in the log.
            await _plugins.ReloadAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task<PluginReport> AnswerAsync(string request, CancellationToken cancellationToken) => request switch
    {
        ControlClient.Reload => await _plugins.ReloadAsync(cancellationToken),
        _ when request.StartsWith(ControlClient.Reload + " ", StringComparison.Ordinal)
            => await _plugins.ReloadAsync(request[ControlClient.Reload.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries), cancellationToken),
        ControlClient.List => new PluginReport(true, _plugins.List()),
        _ => new PluginReport(false, ["this server does not know the request"]),
    };
}
