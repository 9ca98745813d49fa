using System.Globalization;
using System.Text;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Telemetry.Exposition;
using Microsoft.Extensions.Logging;

namespace Kafka.Modular.Telemetry.Http;

/// <summary>Answers the requests of one connection, one after the other. Lives on the thread pool.</summary>
internal sealed class HttpConnection(ITransport transport, MonitoringParts parts)
{
    private const int LongestHead = 8 * 1024;
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary>How long a peer may be silent, or take to read a page.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>How long a page waits for what it has to ask for.</summary>
    private static readonly TimeSpan s_refreshDeadline = TimeSpan.FromSeconds(2);

    private readonly byte[] _received = new byte[LongestHead];
    private int _receivedCount;

    /// <summary>Serves until the peer goes, is silent for too long, or sends what is not a request. Does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using (transport)
        {
            try
            {
                var goesOn = true;
                while (goesOn)
                {
                    using var patience = new CancellationTokenSource(s_patience, parts.Time);
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
                    goesOn = await ServeAsync(either.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // The server stops, or the peer is too slow.
            }
            catch (Exception lost) when (lost.IsConnectionLoss())
            {
                // The peer went away.
            }
        }
    }

    private async Task<bool> ServeAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = HttpRequestHead.EndOf(_received.AsSpan(0, _receivedCount))) < 0)
        {
            if (_receivedCount == _received.Length)
            {
                await SendAsync("431 Request Header Fields Too Large", PlainText, "The head of the request is too long.\n", keepAlive: false, hasBody: true, cancellationToken);
                return false;
            }

            var count = await transport.ReceiveAsync(_received.AsMemory(_receivedCount), cancellationToken);
            if (count == 0)
                return false;
            _receivedCount += count;
        }

        var head = HttpRequestHead.Read(_received.AsSpan(0, end));
        _received.AsSpan(end, _receivedCount - end).CopyTo(_received);
        _receivedCount -= end;
        if (head is not { } request)
        {
            await SendAsync("400 Bad Request", PlainText, "This is not a request of HTTP/1.1.\n", keepAlive: false, hasBody: true, cancellationToken);
            return false;
        }

        // A body would be taken for the next request.
        var keepAlive = request.KeepAlive && !request.HasBody;
        await AnswerAsync(request, keepAlive, cancellationToken);
        return keepAlive;
    }

    private async Task AnswerAsync(HttpRequestHead request, bool keepAlive, CancellationToken cancellationToken)
    {
        var hasBody = request.Method != "HEAD";
        if (request.Method is not ("GET" or "HEAD"))
        {
            await SendAsync("405 Method Not Allowed", PlainText, "Only GET and HEAD are served.\n", keepAlive, hasBody, cancellationToken);
            return;
        }

        switch (request.Path)
        {
            case "/metrics":
                await SendMetricsAsync(keepAlive, hasBody, cancellationToken);
                break;
            case "/healthz":
                await SendAsync(parts.Health(), keepAlive, hasBody, cancellationToken);
                break;
            case "/readyz":
                await SendAsync(parts.Readiness(), keepAlive, hasBody, cancellationToken);
                break;
            case "/":
                await SendAsync("200 OK", PlainText, "/metrics\n/healthz\n/readyz\n", keepAlive, hasBody, cancellationToken);
                break;
            default:
                await SendAsync("404 Not Found", PlainText, "Served are /metrics, /healthz and /readyz.\n", keepAlive, hasBody, cancellationToken);
                break;
        }
    }

    private async Task SendMetricsAsync(bool keepAlive, bool hasBody, CancellationToken cancellationToken)
    {
        using var page = parts.Buffers.RentOutput();
        var failed = false;
        try
        {
            await parts.Registry.RefreshAsync(s_refreshDeadline, cancellationToken);
            PrometheusPage.Write(parts.Registry, page);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            parts.Logger.RequestFailed(fault, "/metrics");
            failed = true;
        }

        if (failed)
            await SendAsync("500 Internal Server Error", PlainText, "The metrics could not be read; the log says why.\n", keepAlive, hasBody, cancellationToken);
        else
            await SendAsync("200 OK", PrometheusPage.ContentType, page, keepAlive, hasBody, cancellationToken);
    }

    private Task SendAsync(HealthReport report, bool keepAlive, bool hasBody, CancellationToken cancellationToken) =>
        SendAsync(report.IsGood ? "200 OK" : "503 Service Unavailable", PlainText, report.Text + "\n", keepAlive, hasBody, cancellationToken);

    private async Task SendAsync(string status, string contentType, string text, bool keepAlive, bool hasBody, CancellationToken cancellationToken)
    {
        using var body = parts.Buffers.RentOutput();
        body.Write(Encoding.UTF8.GetBytes(text));
        await SendAsync(status, contentType, body, keepAlive, hasBody, cancellationToken);
    }

    private async Task SendAsync(string status, string contentType, OutputBuffer body, bool keepAlive, bool hasBody, CancellationToken cancellationToken)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: {(keepAlive ? "keep-alive" : "close")}\r\n\r\n");
        await transport.SendAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        for (var index = 0; hasBody && index < body.SegmentCount; index++)
            await transport.SendAsync(body.Segment(index).Bytes, cancellationToken);
        if (!keepAlive)
            await transport.CloseSendAsync(cancellationToken);
    }
}
