using System.Globalization;
using Kafka.Modular.Core.Randomness;
using Kafka.Modular.Fuzz.Tests.Frame;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Json;
using Kafka.Modular.Protocol.Messages;

namespace Kafka.Modular.Fuzz.Tests.Brokers;

/// <summary>
/// A whole broker. An input is what a client sends over a connection. Whatever it is, replies come in the order of the requests and can be read, a
/// request that makes sense is answered, the broker goes on for others, keeps what it acknowledged and lets go of what it held.
/// </summary>
internal sealed class BrokerTarget : FuzzTarget
{
    private const int InputsOfALife = 10_000;
    private const int InputsBetweenRecords = 64;
    private const int ParkedPatienceMs = 250;
    private const short ProbeVersion = 0;

    // What may wait for something else, so that a reply need not come soon.
    private static readonly HashSet<ApiKey> s_waiting =
    [
        ApiKey.Produce, ApiKey.Fetch, ApiKey.JoinGroup, ApiKey.SyncGroup, ApiKey.CreateTopics, ApiKey.DeleteTopics, ApiKey.CreatePartitions, ApiKey.DeleteRecords, ApiKey.ElectLeaders,
        ApiKey.AlterPartitionReassignments, ApiKey.OffsetCommit, ApiKey.ListOffsets,
    ];

    // Requests of these that name what no client knows cannot be read in Kafka either, and a login out of turn may end the connection.
    private static readonly HashSet<ApiKey> s_refusing = [ApiKey.DescribeAcls, ApiKey.CreateAcls, ApiKey.DeleteAcls, ApiKey.SaslHandshake, ApiKey.SaslAuthenticate];

    private readonly RequestGrammar _grammar;
    private ApiDescriptor[] _apis = [];
    private HashSet<ApiKey> _served = [];
    private BrokerLife? _life;
    private FuzzConnection? _connection;
    private int _inputs;
    private int _probe;
    private long _requests;
    private long _replies;
    private long _closed;
    private long _parked;
    private int _lives;

    public BrokerTarget() => _grammar = new RequestGrammar(Apis);

    public override string Name => "broker";

    public override int DefaultInputs => 1_500;

    public override byte[] Create(RandomSource random) => _grammar.Create(random);

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => _grammar.Mutate(input, other, random);

    public override async ValueTask<bool> RunAsync(byte[] input)
    {
        var sent = RequestStream.Read(input, out var rest);
        if (sent.Any(IsOrderThatHarms))
        {
            return false;
        }

        if (_life is null || _inputs % InputsOfALife == 0)
        {
            await EndLifeAsync();
            _life = await BrokerLife.StartAsync();
            _lives++;
        }

        _inputs++;
        _requests += sent.Count;
        var isAnswered = Send(input, sent, rest);
        _life.CheckLog();
        if (_inputs % InputsBetweenRecords == 0)
        {
            _life.ProduceOne();
        }

        return isAnswered;
    }

    public override async ValueTask<string> FinishAsync()
    {
        await EndLifeAsync();
        return string.Create(
            CultureInfo.InvariantCulture, $"{_requests} requests, {_replies} replies, {_closed} connections closed by the broker, {_parked} left while a request waited, {_lives} brokers.");
    }

    public override async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_life is not null)
        {
            await _life.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private async Task EndLifeAsync()
    {
        _connection?.Dispose();
        _connection = null;
        if (_life is not null)
        {
            await _life.FinishAsync();
            await _life.DisposeAsync();
            _life = null;
        }
    }

    // What an operator may order and a broker must obey.
    private static bool IsOrderThatHarms(SentRequest sent) => sent.Request is UnregisterBrokerRequest or UpdateFeaturesRequest;

    private bool Send(byte[] input, List<SentRequest> sent, int rest)
    {
        _connection ??= Connect();
        var probe = 0x40000000 | (++_probe & 0xffffff);
        var isThere = _connection.TrySend(input) && (rest > 0 || _connection.TrySend(new ApiVersionsRequest(), ProbeVersion, probe));
        var next = 0;
        while (isThere)
        {
            var canWait = sent.Skip(next).Any(request => request.Api is null || s_waiting.Contains(request.Api.Key));
            var outcome = _connection.TryRead(canWait || rest > 0 ? ParkedPatienceMs : BrokerLife.PatienceMs, out var frame);
            if (outcome == ReadOutcome.Nothing)
            {
                Require(canWait || rest > 0, $"no reply to {sent.ElementAtOrDefault(next)?.Api?.Name ?? "the last request"}, which has nothing to wait for");
                _parked++;
                Leave();
                return false;
            }

            if (outcome == ReadOutcome.Closed)
            {
                break;
            }

            _replies++;
            if (!TakeReply(frame, sent, ref next, probe))
            {
                continue;
            }

            return true;
        }

        _closed++;
        Leave();
        Require(rest > 0 || sent.Any(MayBeRefused), "the broker closed a connection though it can read all requests");
        return false;
    }

    /// <summary>Checks a reply; true when it is that to the probe.</summary>
    private bool TakeReply(ReadOnlyMemory<byte> frame, List<SentRequest> sent, ref int next, int probe)
    {
        while (next < sent.Count && !sent[next].WantsReply)
        {
            next++;
        }

        if (next == sent.Count)
        {
            CheckReply(frame, MessageCatalog.Api(ApiKey.ApiVersions), ProbeVersion, probe);
            return true;
        }

        var request = sent[next++];
        Require(request.Api is not null, "a reply to a request of no API");
        // What cannot be read is answered in one case only: ApiVersions of a version that is not known, in version 0 (KIP-511).
        var isUnknownVersion = request.Api!.Key == ApiKey.ApiVersions && !request.Api.Request.Has(request.Version);
        CheckReply(frame, request.Api, isUnknownVersion ? (short)0 : request.Version, request.CorrelationId);
        return false;
    }

    private static void CheckReply(ReadOnlyMemory<byte> frame, ApiDescriptor api, short version, int correlation)
    {
        var reader = new ProtocolReader(frame);
        var header = MessageFraming.ReadResponseHeader(ref reader, api.Key, version);
        Require(header.CorrelationId == correlation, $"the reply to {api.Name} v{version} has correlation id {header.CorrelationId} instead of {correlation}");
        var response = api.Response.Read(ref reader, version);
        Require(reader.Remaining == 0, $"the reply to {api.Name} v{version} is longer than it should be");
        Require(!HasUnknownError(response, version), $"the reply to {api.Name} v{version} has UNKNOWN_SERVER_ERROR");
    }

    private static bool HasUnknownError(IMessage response, short version)
    {
        var text = JsonMessageWriter.ToText(response, version);
        return text.Contains("\"errorCode\":-1,", StringComparison.Ordinal) || text.Contains("\"errorCode\":-1}", StringComparison.Ordinal);
    }

    // What is not served is answered by the end of the connection, from which nothing is learned.
    private ApiDescriptor[] Apis()
    {
        if (_apis.Length == 0)
        {
            _life ??= Task.Run(BrokerLife.StartAsync).GetAwaiter().GetResult();
            Connect().Dispose();
            _apis = [.. MessageCatalog.Apis.Where(api => _served.Contains(api.Key))];
        }

        return _apis;
    }

    private bool MayBeRefused(SentRequest request) =>
        !request.IsWhole || !request.WantsReply || !_served.Contains(request.Api!.Key) || s_refusing.Contains(request.Api.Key) || request.Version > request.Api.AdvertisedHighest(unstableEnabled: false) || request.Version < request.Api.LowestVersion;

    private FuzzConnection Connect()
    {
        var connection = _life!.Connect();
        if (_served.Count == 0)
        {
            Require(connection.TrySend(new ApiVersionsRequest(), ProbeVersion, 1), "no list of APIs");
            Require(connection.TryRead(BrokerLife.PatienceMs, out var frame) == ReadOutcome.Frame, "no list of APIs");
            var reader = new ProtocolReader(frame);
            MessageFraming.ReadResponseHeader(ref reader, ApiKey.ApiVersions, ProbeVersion);
            _served = [.. ApiVersionsResponse.Read(ref reader, ProbeVersion).ApiKeys.Select(api => (ApiKey)api.ApiKey)];
        }

        return connection;
    }

    private void Leave()
    {
        _connection!.Dispose();
        _connection = null;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
