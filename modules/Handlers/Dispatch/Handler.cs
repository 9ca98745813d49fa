using Kafka.Modular.Controller;
using Kafka.Modular.Network.Frames;
using Kafka.Modular.Protocol;

namespace Kafka.Modular.Handlers.Dispatch;

/// <summary>
/// A handler whose request is decoded into a message. Everything in the message is its own, so the frame goes back to its pool before
/// <see cref="HandleAsync"/> runs.
/// </summary>
/// <typeparam name="TRequest">The request.</typeparam>
/// <typeparam name="TResponse">The response.</typeparam>
public abstract class Handler<TRequest, TResponse>(HandlerServices services) : ApiHandler
    where TRequest : class, IRequest<TRequest, TResponse>, new()
    where TResponse : class, IResponse<TResponse>, new()
{
    /// <inheritdoc/>
    public sealed override ApiKey ApiKey => TRequest.Key;

    /// <summary>What every handler needs.</summary>
    protected HandlerServices Services { get; } = services.For(TRequest.Key);

    /// <inheritdoc/>
    public sealed override ValueTask<Reply> DispatchAsync(RequestContext context, RequestFrame ownedFrame, int bodyPosition)
    {
        TRequest request;
        using (ownedFrame)
        {
            var reader = new ProtocolReader(ownedFrame.Memory[bodyPosition..]);
            request = TRequest.Read(ref reader, context.ApiVersion);
            Check(request);
        }

        ValueTask<TResponse> handling;
        try
        {
            handling = HandleAsync(context, request);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return new ValueTask<Reply>(Fail(context, request, exception));
        }

        return handling.IsCompletedSuccessfully
            ? new ValueTask<Reply>(Encode(context, handling.Result))
            : CompleteAsync(context, request, handling);
    }

    /// <summary>Looks for what Kafka refuses when it decodes the request, with the connection.</summary>
    /// <exception cref="ProtocolException">There is such a thing.</exception>
    protected virtual void Check(TRequest request)
    {
    }

    internal sealed override Reply Refuse(RequestContext context, ReadOnlyMemory<byte> body, ErrorCode error, string message)
    {
        var reader = new ProtocolReader(body);
        var request = TRequest.Read(ref reader, context.ApiVersion);
        return ReplyEncoder.Encode(Services.Buffers, context, OnError(context, request, error));
    }

    /// <summary>Does what the request asks and gives the response.</summary>
    protected abstract ValueTask<TResponse> HandleAsync(RequestContext context, TRequest request);

    /// <summary>The response that says that the whole request failed.</summary>
    protected abstract TResponse OnError(RequestContext context, TRequest request, ErrorCode error);

    /// <summary>Counts the error codes of a response.</summary>
    protected virtual void CountErrors(RequestContext context, TResponse response) => ResponseErrors.Count(context, response);

    private async ValueTask<Reply> CompleteAsync(RequestContext context, TRequest request, ValueTask<TResponse> handling)
    {
        try
        {
            return Encode(context, await handling);
        }
        catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
        {
            return Reply.Close;
        }
        catch (Exception exception)
        {
            return Fail(context, request, exception);
        }
    }

    private Reply Fail(RequestContext context, TRequest request, Exception exception)
    {
        if (exception is ControllerRefusedException refused)
        {
            Services.Logger.RequestRefused(context.ApiKey, context.ApiVersion, context.ClientId, context.Connection.Id, context.Connection.Listener.Name, refused.Message);
            return Encode(context, OnError(context, request, refused.Error));
        }

        Services.Logger.RequestFailed(exception, context.ApiKey, context.ApiVersion, context.ClientId, context.Connection.Id, context.Connection.Listener.Name);
        return Encode(context, OnError(context, request, ErrorCode.UnknownServerError));
    }

    private Reply Encode(RequestContext context, TResponse response)
    {
        CountErrors(context, response);
        return ReplyEncoder.Encode(Services.Buffers, context, response);
    }
}
