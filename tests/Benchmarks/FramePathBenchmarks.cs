using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Kafka.Modular.Configuration;
using Kafka.Modular.Configuration.Live;
using Kafka.Modular.Configuration.Sources;
using Kafka.Modular.Configuration.Values;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Core.Threading;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kafka.Modular.Benchmarks;

/// <summary>A frame's way from the socket to the dispatcher and its reply's way back, over loopback, requests of 100 bytes that are echoed.</summary>
[MemoryDiagnoser]
public class FramePathBenchmarks : IRequestDispatcher, IAsyncDisposable
{
    private const int FrameBytes = 104;

    private readonly BufferPool _pool = new(new BufferPoolOptions { Checked = false });
    private readonly EventLoop _timers = new("timers", TimeProvider.System, static _ => { });
    private SocketServer _server = null!;
    private ITransport _client = null!;
    private byte[] _requests = [];
    private byte[] _replies = [];

    /// <summary>Requests sent before the first reply is read.</summary>
    [Params(1, 32)]
    public int Pipelined { get; set; }

    /// <summary>Opens a server and a connection.</summary>
    [GlobalSetup]
    public async Task OpenAsync()
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal)
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.listener.names"] = "CONTROLLER",
            ["listener.security.protocol.map"] = "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            ["listeners"] = "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
            ["controller.quorum.bootstrap.servers"] = "localhost:9093",
        };
        NodeConfiguration node = NodeConfiguration.Load([ConfigurationSource.Of(settings)], []).Required;
        SocketNetwork network = new();
        _server = new SocketServer(new SocketServerParts
        {
            Settings = new LiveConfiguration(node).Settings<NetworkSettings>(),
            Layout = node.Listeners,
            Dispatcher = this,
            Network = network,
            Pool = _pool,
            Time = TimeProvider.System,
            Timers = _timers,
            Loggers = NullLoggerFactory.Instance,
        });
        await _server.BindAsync(CancellationToken.None);
        _server.StartAccepting();
        _client = await network.ConnectAsync(_server.Listeners[0].Addresses[0], new TransportOptions(), CancellationToken.None);
        _requests = new byte[Pipelined * FrameBytes];
        _replies = new byte[_requests.Length];
        for (int request = 0; request < Pipelined; request++)
        {
            BinaryPrimitives.WriteInt32BigEndian(_requests.AsSpan(request * FrameBytes), FrameBytes - sizeof(int));
        }
    }

    /// <summary>Closes them.</summary>
    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        await _timers.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends the requests and reads their replies.</summary>
    [Benchmark]
    public async Task Exchange()
    {
        await _client.SendAsync(_requests, CancellationToken.None);
        for (int received = 0; received < _replies.Length;)
        {
            received += await _client.ReceiveAsync(_replies.AsMemory(received), CancellationToken.None);
        }
    }

    /// <summary>Echoes.</summary>
    public ValueTask<Reply> DispatchAsync(ConnectionContext connection, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        OutputBuffer output = _pool.RentOutput();
        output.Write(ownedFrame.Span);
        ownedFrame.Dispose();
        return ValueTask.FromResult(Reply.Send(output));
    }
}
