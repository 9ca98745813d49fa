using System.Buffers.Binary;
using Kafka.Modular.Core.Buffers;
using Kafka.Modular.Handlers.Connection;
using Kafka.Modular.Handlers.Dispatch;
using Kafka.Modular.Network;
using Kafka.Modular.Network.Connections;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Network.Metrics;
using Kafka.Modular.Protocol;
using Kafka.Modular.Protocol.Messages;
using Kafka.Modular.Security.Authentication;
using Kafka.Modular.Spi.Security;

namespace Kafka.Modular.Handlers.Security;

/// <summary>
/// One connection's requests to its <see cref="SaslSession"/>, and the verdicts back as replies. Requests come on the receiving thread, one after the other; a token
/// may take time, and what comes meanwhile waits for it.
/// </summary>
internal sealed class SaslConversation(AuthenticationGateServices services, IRequestDispatcher requests, ConnectionContext connection)
{
    /// <summary>Requests that may wait for a token before them. Clients send none; Kafka would not read them.</summary>
    private const int MaximumWaiting = 8;

    private readonly SaslSession _session = services.Authentication.Open(connection.Listener.Name, connection.Remote.Address);
    private Task _turn = Task.CompletedTask;
    private int _waiting;
    private long _reauthenticationBegan;

    /// <summary>Whether requests go to their handlers without a look at them.</summary>
    public bool IsOpen => _session.IsOpen && _turn.IsCompleted;

    /// <summary>Takes a request.</summary>
    public ValueTask<Reply> ReceiveAsync(RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        if (_turn.IsCompleted)
        {
            var answer = AnswerAsync(ownedFrame, cancellationToken, out var isPassed);
            if (isPassed || answer.IsCompleted)
                return answer;
            var task = answer.AsTask();
            _turn = task;
            return new ValueTask<Reply>(task);
        }

        if (_session.HasFailed || _waiting >= MaximumWaiting)
        {
            ownedFrame.Dispose();
            return new ValueTask<Reply>(Reply.Close);
        }

        Interlocked.Increment(ref _waiting);
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var before = _turn;
        _turn = turn.Task;
        return InTurnAsync(before, turn, ownedFrame, cancellationToken);
    }

    public void OnDisconnected(CloseReason reason)
    {
        // A request that was too large, or too long a time: the session has not seen it.
        if (!_session.IsComplete && !_session.HasFailed && reason is CloseReason.Malformed or CloseReason.NotAuthenticated)
            connection.Count(_session.IsReauthentication ? AuthenticationEvent.ReauthenticationFailed : AuthenticationEvent.Failed);
        if (_turn.IsCompleted)
            _session.Dispose();
    }

    private static short ApiOf(ReadOnlySpan<byte> frame) => frame.Length >= sizeof(short) ? BinaryPrimitives.ReadInt16BigEndian(frame) : (short)-1;

    // The turn ends with the request's part in the authentication; a handler may take longer.
    private async ValueTask<Reply> InTurnAsync(Task before, TaskCompletionSource turn, RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        ValueTask<Reply> answer;
        try
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref _waiting);
            answer = AnswerAsync(ownedFrame, cancellationToken, out var isPassed);
            if (!isPassed)
                return await answer;
        }
        finally
        {
            turn.SetResult();
        }

        return await answer;
    }

    private ValueTask<Reply> AnswerAsync(RequestFrame ownedFrame, CancellationToken cancellationToken, out bool isPassed)
    {
        isPassed = false;
        if (_session.IsComplete)
        {
            var isHandshake = ApiOf(ownedFrame.Span) == (short)ApiKey.SaslHandshake;
            if (!isHandshake || !_session.TryReauthenticate())
            {
                isPassed = true;
                return PassUnlessExpired(ownedFrame, isHandshake, cancellationToken);
            }

            _reauthenticationBegan = services.Handlers.Time.GetTimestamp();
            connection.FrameLimit = services.Authentication.MaximumReceiveSize(connection.Listener.Name);
        }

        if (_session.HasFailed)
        {
            ownedFrame.Dispose();
            return new ValueTask<Reply>(Reply.Close);
        }

        return _session.ExpectsBareToken ? TokenAsync(ownedFrame, null, ownedFrame.Memory, cancellationToken) : RequestAsync(ownedFrame, cancellationToken);
    }

    private ValueTask<Reply> PassUnlessExpired(RequestFrame ownedFrame, bool isHandshake, CancellationToken cancellationToken)
    {
        if (isHandshake || !_session.HasExpired)
            return requests.DispatchAsync(connection, ownedFrame, cancellationToken);
        ownedFrame.Dispose();
        connection.Count(AuthenticationEvent.Expired);
        services.Authentication.OnExpired(_session, connection.Id, connection.Listener.Name);
        return new ValueTask<Reply>(Reply.Close);
    }

    private ValueTask<Reply> RequestAsync(RequestFrame ownedFrame, CancellationToken cancellationToken)
    {
        try
        {
            if (RequestDispatcher.ReadHeader(connection, ownedFrame, cancellationToken, out var position) is { } context)
            {
                var body = ownedFrame.Memory[position..];
                switch (context.ApiKey)
                {
                    case ApiKey.ApiVersions:
                        return ApiVersions(context, ownedFrame, body, cancellationToken);
                    case ApiKey.SaslHandshake when !_session.ExpectsToken && IsServed(context):
                        return FinishAsync(context, Handshake(context, body), ownedFrame, cancellationToken);
                    case ApiKey.SaslAuthenticate when _session.ExpectsToken && IsServed(context):
                        var reader = new ProtocolReader(body);
                        var token = SaslAuthenticateRequest.Read(ref reader, context.ApiVersion).AuthBytes;
                        return TokenAsync(ownedFrame, context, token, cancellationToken);
                    default:
                        return Other(context, ownedFrame, body, cancellationToken);
                }
            }
        }
        catch (ProtocolException)
        {
            // Answered below.
        }

        return FinishAsync(null, _session.OnMalformed(), ownedFrame, cancellationToken);
    }

    private SaslVerdict Handshake(RequestContext context, ReadOnlyMemory<byte> body)
    {
        var reader = new ProtocolReader(body);
        return _session.OnHandshake(context.ApiVersion, SaslHandshakeRequest.Read(ref reader, context.ApiVersion).Mechanism);
    }

    private ValueTask<Reply> ApiVersions(RequestContext context, RequestFrame ownedFrame, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_session.ExpectsToken)
            return Other(context, ownedFrame, body, cancellationToken);
        var isAnswered = false;
        if (IsServed(context))
        {
            var reader = new ProtocolReader(body);
            isAnswered = ApiVersionsHandler.IsValid(ApiVersionsRequest.Read(ref reader, context.ApiVersion), context.ApiVersion);
        }

        var verdict = _session.OnApiVersions(isAnswered);
        return verdict.Kind == SaslVerdictKind.Pass
            ? requests.DispatchAsync(connection, ownedFrame, cancellationToken)
            : FinishAsync(context, verdict, ownedFrame, cancellationToken);
    }

    private ValueTask<Reply> Other(RequestContext context, RequestFrame ownedFrame, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var verdict = _session.OnOther(context.ApiKey);
        Reply? refusal = null;
        if (verdict.Kind == SaslVerdictKind.Error && IsServed(context))
            refusal = services.Catalog.Find((short)context.ApiKey)!.Refuse(context, body, verdict.Error, $"Unexpected Kafka request of type {JavaName(context.ApiKey)} during SASL authentication.");
        return FinishAsync(context, verdict, ownedFrame, cancellationToken, refusal);
    }

    private bool IsServed(RequestContext context)
        => services.Catalog.Find((short)context.ApiKey) is { } handler && context.ApiVersion >= handler.Versions.Lowest && context.ApiVersion <= handler.Versions.Highest;

    private async ValueTask<Reply> TokenAsync(RequestFrame ownedFrame, RequestContext? context, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        SaslVerdict verdict;
        try
        {
            verdict = await _session.OnTokenAsync(token, context?.ApiVersion, cancellationToken);
        }
        finally
        {
            // What it held may be a password.
            ownedFrame.Span.Clear();
            ownedFrame.Dispose();
        }

        return await FinishAsync(context, verdict, null, cancellationToken);
    }

    private ValueTask<Reply> FinishAsync(
        RequestContext? context, in SaslVerdict verdict, RequestFrame? ownedFrame, CancellationToken cancellationToken, Reply? refusal = null)
    {
        ownedFrame?.Dispose();
        if (verdict.Failure is { } failure)
        {
            connection.Count(_session.IsReauthentication ? AuthenticationEvent.ReauthenticationFailed : AuthenticationEvent.Failed);
            services.Authentication.OnFailure(_session, failure, connection.Id, connection.Remote, connection.Listener.Name);
        }
        else if (verdict.Identity is { } identity)
        {
            connection.Identity = identity;
            connection.FrameLimit = 0;
            connection.IsAuthenticated = true;
            if (_session.IsReauthentication)
                connection.CountReauthentication(services.Handlers.Time.GetElapsedTime(_reauthenticationBegan));
            else
                connection.Count(AuthenticationEvent.Succeeded);
            if (!_session.IsReauthentication && !_session.ClientReauthenticates)
                connection.Count(AuthenticationEvent.WithoutReauthentication);
            services.Authentication.OnSuccess(_session, identity, connection.Id);
        }

        var reply = refusal is { Message: { } refused } ? Reply.SendAndClose(refused) : Encode(context, verdict);
        return verdict.IsDelayed && services.FailureDelay() is var delay && delay > TimeSpan.Zero
            ? DelayAsync(reply, delay, cancellationToken)
            : new ValueTask<Reply>(reply);
    }

    private async ValueTask<Reply> DelayAsync(Reply ownedReply, TimeSpan delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, services.Handlers.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return ownedReply;
    }

    private Reply Encode(RequestContext? context, in SaslVerdict verdict)
    {
        switch (verdict.Kind)
        {
            case SaslVerdictKind.Handshake:
                var handshake = new SaslHandshakeResponse { ErrorCode = verdict.Error };
                handshake.Mechanisms.AddRange(services.Authentication.MechanismsOf(connection.Listener.Name));
                return Ending(ReplyEncoder.Encode(services.Handlers.Buffers, context!, handshake), verdict);
            case SaslVerdictKind.Token when context is not null:
                var response = new SaslAuthenticateResponse
                {
                    ErrorCode = verdict.Error, ErrorMessage = verdict.ClientMessage ?? "", AuthBytes = verdict.Token.ToArray(), SessionLifetimeMs = verdict.LifetimeMs,
                };
                return Ending(ReplyEncoder.Encode(services.Handlers.Buffers, context, response), verdict);
            case SaslVerdictKind.Token:
                var output = services.Handlers.Buffers.RentOutput();
                output.Write(verdict.Token.Span);
                return Reply.Send(output);
            default:
                return Reply.Close;
        }
    }

    // CreateTopics is CREATE_TOPICS in Java.
    private static string JavaName(ApiKey api) => AclMeaning.JavaName(api.ToString());

    private static Reply Ending(Reply reply, in SaslVerdict verdict) => verdict.EndsConnection ? Reply.SendAndClose(reply.Message!) : reply;
}
