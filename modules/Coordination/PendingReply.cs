using Kafka.Modular.Protocol;

namespace Kafka.Modular.Coordination;

/// <summary>An answer that has been decided and is given when the records behind it are committed.</summary>
public abstract class ReplyEffect
{
    /// <summary>Gives the answer.</summary>
    public abstract void Give();

    /// <summary>Gives the error instead, in the shape of the answer.</summary>
    public abstract void Fail(ErrorCode error);
}

/// <summary>
/// Somebody who waits for an answer. A state machine may keep it (a member that waits in JoinGroup) and answer it in a later
/// operation. Only the first answer counts.
/// </summary>
/// <typeparam name="T">The answer.</typeparam>
public sealed class PendingReply<T>
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<ErrorCode, T> _onError;

    /// <summary>Creates one that knows how an error looks as an answer.</summary>
    public PendingReply(Func<ErrorCode, T> onError) => _onError = onError;

    /// <summary>Completes with the answer; its continuations never run on a coordinator's loop.</summary>
    public Task<T> Task => _completion.Task;

    /// <summary>The answer as an effect of a result.</summary>
    public ReplyEffect With(T answer) => new Effect(this, answer);

    /// <summary>An error in the shape of the answer, as an effect of a result.</summary>
    public ReplyEffect WithError(ErrorCode error) => new Effect(this, _onError(error));

    /// <summary>Answers at once.</summary>
    public void Give(T answer) => _completion.TrySetResult(answer);

    /// <summary>Answers at once with an error.</summary>
    public void Fail(ErrorCode error) => _completion.TrySetResult(_onError(error));

    private sealed class Effect(PendingReply<T> reply, T answer) : ReplyEffect
    {
        public override void Give() => reply.Give(answer);

        public override void Fail(ErrorCode error) => reply.Fail(error);
    }
}
