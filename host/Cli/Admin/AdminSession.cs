using Kafka.Modular.Cli.Frame;
using Kafka.Modular.Client;
using Kafka.Modular.Client.Cluster;
using Kafka.Modular.Client.Connections;
using Kafka.Modular.Client.Settings;
using Kafka.Modular.Core.Transport;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Cli.Admin;

/// <summary>A tool's connection to a cluster, from its flags <c>--bootstrap-server</c>, <c>--bootstrap-controller</c> and <c>--command-config</c>.</summary>
internal sealed class AdminSession : IAsyncDisposable
{
    /// <summary>How long a broker may take for a change, in ms.</summary>
    public const int ChangeTimeoutMs = 30_000;

    private readonly ClusterClient _client;
    private readonly CancellationToken _stopping;

    private AdminSession(ClusterClient client, ClientProperties properties, CancellationToken stopping)
    {
        _client = client;
        _stopping = stopping;
        Properties = properties;
    }

    /// <summary>The client's properties.</summary>
    public ClientProperties Properties { get; }

    /// <summary>Whether it speaks to controllers instead of brokers.</summary>
    public bool UsesControllers => _client.Options.UsesControllers;

    /// <summary>Opens a session for a tool.</summary>
    /// <exception cref="ClientConfigurationException">The properties cannot be used.</exception>
    /// <exception cref="IOException">The file of <c>--command-config</c> cannot be read.</exception>
    public static AdminSession Open(ToolCall call)
    {
        var options = call.Options;
        var file = options.Last("command-config");
        var properties = file is null ? ClientProperties.Empty : ClientProperties.ReadFile(file);
        var takesControllers = call.Sheet.Flags.SelectMany(static flags => flags).Any(static flag => flag.Name == "bootstrap-controller");
        if (takesControllers && options.Last("bootstrap-controller") is { } controllers)
            properties = properties.With("bootstrap.controllers", controllers);
        if (options.Last("bootstrap-server") is { } servers)
            properties = properties.With("bootstrap.servers", servers);

        // Of the other tools --timeout means something else.
        if (call.Sheet.Name == "kafka-consumer-groups" && options.Int64("timeout") is { } timeout)
            properties = properties.With("default.api.timeout.ms", OutputTable.Text(timeout));
        if (properties.Find("client.id") is null)
            properties = properties.With("client.id", "kafka-modular-admin");
        var client = new ClusterClient(ClientOptions.Parse(properties), new ClientParts { Network = new SocketNetwork() });
        return new AdminSession(client, properties, call.Stopping);
    }

    /// <summary>Requires exactly one of <c>--bootstrap-server</c> and <c>--bootstrap-controller</c>, with Kafka's words.</summary>
    /// <exception cref="UsageException">None or both are given.</exception>
    public static void RequireBootstrap(ToolOptions options)
    {
        if (options.Has("bootstrap-server") && options.Has("bootstrap-controller"))
            throw new UsageException("You cannot specify both --bootstrap-controller and --bootstrap-server.");
        if (!options.Has("bootstrap-server") && !options.Has("bootstrap-controller"))
            throw new UsageException("You must specify either --bootstrap-controller or --bootstrap-server.");
    }

    /// <summary>Sends a request to where it belongs and takes the response, whatever errors its parts hold.</summary>
    /// <exception cref="KafkaClientException">There is no answer.</exception>
    /// <exception cref="UnsupportedVersionException">The node does not take such a request.</exception>
    public ValueTask<TResponse> SendAsync<TRequest, TResponse>(RequestTarget target, IRequest<TRequest, TResponse> request)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new() => _client.SendAsync(target, request, _stopping);

    /// <summary>Sends a request; one that the response refuses with an error that may pass is sent again.</summary>
    /// <param name="target">Where it belongs.</param>
    /// <param name="request">The request.</param>
    /// <param name="errorOf">Finds that error.</param>
    /// <exception cref="KafkaClientException">There is no answer, or the error did not pass.</exception>
    /// <exception cref="UnsupportedVersionException">The node does not take such a request.</exception>
    public ValueTask<TResponse> SendAsync<TRequest, TResponse>(RequestTarget target, IRequest<TRequest, TResponse> request, Func<TResponse, ErrorCode> errorOf)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new() => _client.SendAsync(target, request, errorOf, _stopping);

    /// <summary>Sends a request in no newer version than one.</summary>
    /// <param name="target">Where it belongs.</param>
    /// <param name="request">The request.</param>
    /// <param name="highestVersion">That version.</param>
    /// <param name="errorOf">Finds the error that may pass; null for none.</param>
    /// <exception cref="KafkaClientException">There is no answer, or the error did not pass.</exception>
    /// <exception cref="UnsupportedVersionException">The node does not take such a request.</exception>
    public ValueTask<TResponse> SendAsync<TRequest, TResponse>(
        RequestTarget target, IRequest<TRequest, TResponse> request, short highestVersion, Func<TResponse, ErrorCode>? errorOf = null)
        where TRequest : class, IRequest<TRequest, TResponse>, new()
        where TResponse : class, IResponse<TResponse>, new() =>
        _client.SendAsync(target, request, errorOf, SendOptions.Default with { HighestVersion = highestVersion }, _stopping);

    /// <summary>The cluster's nodes and topics, asked for now.</summary>
    /// <param name="topics">Names; null for all.</param>
    public ValueTask<ClusterMetadata> LoadMetadataAsync(IReadOnlyCollection<string>? topics) => _client.RefreshMetadataAsync(topics, _stopping);

    /// <summary>Connects to a node.</summary>
    public ValueTask<KafkaConnection> ConnectAsync(RequestTarget target) => _client.ConnectAsync(target, _stopping);

    /// <summary>Ends with an error's message, unless there is none.</summary>
    /// <exception cref="KafkaClientException">There is one.</exception>
    public static void Check(ErrorCode code, string? message = null)
    {
        if (code != ErrorCode.None)
            throw new KafkaClientException(code, string.IsNullOrEmpty(message) ? null : message);
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
