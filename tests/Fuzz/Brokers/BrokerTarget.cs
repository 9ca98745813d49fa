using System.Collections.Concurrent;
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

    // Of int16, the type of error codes: a frame without it has no UNKNOWN_SERVER_ERROR.
    private static readonly byte[] s_minusOne = [0xff, 0xff];

    private readonly RequestGrammar _grammar;
    private readonly ConcurrentBag<FuzzConnection> _idle = [];
    private readonly Lock _goodClient = new();
    private ApiDescriptor[] _apis = [];
    private HashSet<ApiKey> _served = [];
    private BrokerLife? _life;
    private int _inputs;
    private int _probe;
    private long _requests;
    private long _replies;
    private long _closed;
    private long _parked;
    private int _lives;

    public BrokerTarget() => _grammar = new RequestGrammar(() => _apis);

    public override string Name => "broker";

    public override int DefaultInputs => 1_500;

    public override int Lanes => 24;

    public override int InputsOfARound => 10_000;

    public override async ValueTask BeginAsync()
    {
        await EndLifeAsync();
        _life = await BrokerLife.StartAsync();
        _lives++;
        if (_apis.Length == 0)
        {
            using var connection = _life.Connect();
            _served = Served(connection);
            // What is not served is answered by the end of the connection, from which nothing is learned.
            _apis = [.. MessageCatalog.Apis.Where(api => _served.Contains(api.Key))];
        }
    }

    public override byte[] Create(RandomSource random) => _grammar.Create(random);

    public override byte[] Mutate(byte[] input, byte[] other, RandomSource random) => _grammar.Mutate(input, other, random);

    public override ValueTask<bool> RunAsync(byte[] input)
    {
        var sent = RequestStream.Read(input, out var rest);
        if (sent.Any(IsOrderThatHarms))
        {
            return new(false);
        }

        Interlocked.Add(ref _requests, sent.Count);
        var isAnswered = Send(input, sent, rest);
        _life!.CheckLog();
        if (Interlocked.Increment(ref _inputs) % InputsBetweenRecords == 0)
        {
            lock (_goodClient)
            {
                _life.ProduceOne();
            }
        }

        return new(isAnswered);
    }

    public override async ValueTask<string> FinishAsync()
    {
        await EndLifeAsync();
        return string.Create(
            CultureInfo.InvariantCulture, $"{_requests} requests, {_replies} replies, {_closed} connections closed by the broker, {_parked} left while a request waited, {_lives} brokers.");
    }

    public override string Describe() => "The broker's log:\n" + string.Join('\n', _life?.LastLines ?? []);

    public override async ValueTask DisposeAsync()
    {
        Leave();
        if (_life is not null)
        {
            await _life.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private async Task EndLifeAsync()
    {
        Leave();
        if (_life is not null)
        {
            await _life.FinishAsync();
            await _life.DisposeAsync();
            _life = null;
        }
    }

    private void Leave()
    {
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    // What an operator may order and a broker must obey.
    private static bool IsOrderThatHarms(SentRequest sent) => sent.Request is UnregisterBrokerRequest or UpdateFeaturesRequest;

    // A connection is used again when all that was sent over it was answered.
    private bool Send(byte[] input, List<SentRequest> sent, int rest)
    {
        if (!_idle.TryTake(out var connection))
        {
            connection = _life!.Connect();
        }

        var isAnswered = false;
        try
        {
            isAnswered = Exchange(connection, input, sent, rest);
        }
        finally
        {
            if (isAnswered)
            {
                _idle.Add(connection);
            }
            else
            {
                connection.Dispose();
            }
        }

        return isAnswered;
    }

    private bool Exchange(FuzzConnection connection, byte[] input, List<SentRequest> sent, int rest)
    {
        var probe = 0x40000000 | (Interlocked.Increment(ref _probe) & 0xffffff);
        var isThere = connection.TrySend(input) && (rest > 0 || connection.TrySend(new ApiVersionsRequest(), ProbeVersion, probe));
        var next = 0;
        while (isThere)
        {
            var canWait = sent.Skip(next).Any(request => request.Api is null || s_waiting.Contains(request.Api.Key));
            var outcome = connection.TryRead(canWait || rest > 0 ? ParkedPatienceMs : BrokerLife.PatienceMs, out var frame);
            if (outcome == ReadOutcome.Nothing)
            {
                Require(canWait || rest > 0, $"no reply to {sent.ElementAtOrDefault(next)?.Api?.Name ?? "the last request"}, which has nothing to wait for");
                Interlocked.Increment(ref _parked);
                return false;
            }

            if (outcome == ReadOutcome.Closed)
            {
                break;
            }

            Interlocked.Increment(ref _replies);
            if (TakeReply(frame, sent, ref next, probe))
            {
                return true;
            }
        }

        Interlocked.Increment(ref _closed);
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
        Require(frame.Span.IndexOf(s_minusOne) < 0 || !HasUnknownError(response, version), $"the reply to {api.Name} v{version} has UNKNOWN_SERVER_ERROR");
    }

    private static bool HasUnknownError(IMessage response, short version)
    {
        var text = JsonMessageWriter.ToText(response, version);
        return text.Contains("\"errorCode\":-1,", StringComparison.Ordinal) || text.Contains("\"errorCode\":-1}", StringComparison.Ordinal);
    }

    private bool MayBeRefused(SentRequest request) =>
        !request.IsWhole || !request.WantsReply || !_served.Contains(request.Api!.Key) || s_refusing.Contains(request.Api.Key) || request.Version > request.Api.AdvertisedHighest(unstableEnabled: false) || request.Version < request.Api.LowestVersion;

    private static HashSet<ApiKey> Served(FuzzConnection connection)
    {
        Require(connection.TrySend(new ApiVersionsRequest(), ProbeVersion, 1), "no list of APIs");
        Require(connection.TryRead(BrokerLife.PatienceMs, out var frame) == ReadOutcome.Frame, "no list of APIs");
        var reader = new ProtocolReader(frame);
        MessageFraming.ReadResponseHeader(ref reader, ApiKey.ApiVersions, ProbeVersion);
        return [.. ApiVersionsResponse.Read(ref reader, ProbeVersion).ApiKeys.Select(api => (ApiKey)api.ApiKey)];
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
